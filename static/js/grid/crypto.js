// What lies on the phone is sealed under a key that only the worker's unlock opens.
//
// A random key seals the records (AES-256-GCM) and another one names them (HMAC-SHA-256). Both are wrapped under a key that
// PBKDF2 makes of what she types: changing that wraps them anew and seals nothing anew. Neither leaves this module.

/** @typedef {{v: 1, salt: Uint8Array, rounds: number, iv: Uint8Array, box: Uint8Array}} Lock */
/** @typedef {Uint8Array} Bytes */

const ROUNDS = 600_000; // PBKDF2 with SHA-256 as OWASP's Password Storage Cheat Sheet of 2023 counts it
const KEY = 32; // bytes
const IV = 12; // bytes (NIST SP 800-38D, 5.2.1.1)
const TEXT = new TextEncoder();
const WORDS = new TextDecoder();

/** Opens and seals; made by ``newLock`` and ``openLock`` alone. */
export class Vault {
  #keys;
  #sealing;
  #naming;

  /** @param {Bytes} keys @param {CryptoKey} sealing @param {CryptoKey} naming */
  constructor(keys, sealing, naming) {
    this.#keys = keys;
    this.#sealing = sealing;
    this.#naming = naming;
  }

  /**
   * Bytes or anything that JSON holds, sealed; ``place`` is where it will lie, and it opens nowhere else.
   * @param {unknown} value @param {string} place @returns {Promise<Bytes>}
   */
  async seal(value, place) {
    const iv = crypto.getRandomValues(new Uint8Array(IV));
    const plain = value instanceof Uint8Array ? /** @type {Bytes} */ (value) : TEXT.encode(JSON.stringify(value));
    const box = await crypto.subtle.encrypt(gcm(iv, place), this.#sealing, plain);
    return joined(iv, new Uint8Array(box));
  }

  /** @param {Uint8Array} sealed @param {string} place @returns {Promise<Bytes>} */
  async bytes(sealed, place) {
    const box = /** @type {Bytes} */ (sealed);
    const algorithm = gcm(box.subarray(0, IV), place);
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, this.#sealing, box.subarray(IV)));
  }

  /** @param {Uint8Array} sealed @param {string} place @returns {Promise<any>} */
  async open(sealed, place) {
    return JSON.parse(WORDS.decode(await this.bytes(sealed, place)));
  }

  /**
   * What a thing is called on the phone.
   * @param {string} kind @param {string} id @returns {Promise<string>}
   */
  async name(kind, id) {
    const mac = await crypto.subtle.sign("HMAC", this.#naming, TEXT.encode(`${kind}:${id}`));
    return base64(new Uint8Array(mac).subarray(0, 18));
  }

  /**
   * The same keys under another unlock.
   * @param {string} secret @returns {Promise<Lock>}
   */
  async relock(secret) {
    return wrap(this.#keys, secret);
  }
}

/**
 * A store's first lock.
 * @param {string} secret @returns {Promise<{lock: Lock, vault: Vault}>}
 */
export async function newLock(secret) {
  const keys = crypto.getRandomValues(new Uint8Array(2 * KEY));
  return { lock: await wrap(keys, secret), vault: await vaultOf(keys) };
}

/**
 * Null where ``secret`` is not the one.
 * @param {Lock} lock @param {string} secret @returns {Promise<Vault | null>}
 */
export async function openLock(lock, secret) {
  const key = await stretched(secret, /** @type {Bytes} */ (lock.salt), lock.rounds);
  try {
    const algorithm = gcm(/** @type {Bytes} */ (lock.iv), "lock");
    const keys = await crypto.subtle.decrypt(algorithm, key, /** @type {Bytes} */ (lock.box));
    return await vaultOf(new Uint8Array(keys));
  } catch {
    return null;
  }
}

/**
 * Why ``secret`` will not do; "" if it will. Whoever has the phone may try by machine, so digits alone have to be many.
 * @param {string} secret
 */
export function weak(secret) {
  const length = [...secret].length;
  if (/^\d*$/.test(secret) && length < 8) return "只用数字的话，请至少填8位；也可以用6个以上的字母、汉字和数字。";
  if (length < 6) return "请至少填6个字。";
  if (new Set(secret).size < 4) return "重复的字太多，容易被猜到，请换一个。";
  if ("01234567890123456789".includes(secret) || "98765432109876543210".includes(secret)) {
    return "连着的数字容易被猜到，请换一个。";
  }
  return "";
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""); // spreading a whole queue would be too many arguments
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * SHA-256 as lower-case hex.
 * @param {Uint8Array | string} content @returns {Promise<string>}
 */
export async function sha256(content) {
  const bytes = typeof content === "string" ? TEXT.encode(content) : /** @type {Bytes} */ (content);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Bytes} iv @param {string} place */
function gcm(iv, place) {
  return { name: "AES-GCM", iv, additionalData: TEXT.encode(place) };
}

/** @param {Bytes} keys @param {string} secret @returns {Promise<Lock>} */
async function wrap(keys, secret) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  const key = await stretched(secret, salt, ROUNDS);
  const box = new Uint8Array(await crypto.subtle.encrypt(gcm(iv, "lock"), key, keys));
  return { v: 1, salt, rounds: ROUNDS, iv, box };
}

/** @param {string} secret @param {Bytes} salt @param {number} rounds */
async function stretched(secret, salt, rounds) {
  const typed = TEXT.encode(secret.normalize("NFKC").trim());
  const base = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(algorithm, base, { name: "AES-GCM", length: 8 * KEY }, false, ["encrypt", "decrypt"]);
}

/** @param {Bytes} keys */
async function vaultOf(keys) {
  const sealing = await crypto.subtle.importKey("raw", keys.slice(0, KEY), "AES-GCM", false, ["encrypt", "decrypt"]);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  return new Vault(keys, sealing, await crypto.subtle.importKey("raw", keys.slice(KEY), hmac, false, ["sign"]));
}

/** @param {Uint8Array} one @param {Uint8Array} two @returns {Bytes} */
function joined(one, two) {
  const both = new Uint8Array(one.length + two.length);
  both.set(one);
  both.set(two, one.length);
  return both;
}
