// While too many submissions come, the browser does a little work before it may send one: ALTCHA, proof of work v2
// (https://altcha.org/docs/v2/). It begins while she still reads, and is over before most have; whoever is faster sees how
// far it is. Where a browser cannot, the page's own words hold: wait, then press again.

/** @typedef {{algorithm: string, cost: number, keyLength: number, keyPrefix: string, nonce: string, salt: string, data?: {most?: number}}} Parameters */
/** @typedef {{parameters: Parameters, signature: string}} Challenge */

const AT_ONCE = 16; // attempts under way together: enough to keep the machine busy, few enough to let the page breathe

const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-pressure]"));
const form = line?.closest("form");
if (line?.dataset.challenge && form && globalThis.crypto?.subtle) void begin(line, form, JSON.parse(line.dataset.challenge));

/** @param {HTMLElement} line @param {HTMLFormElement} form @param {Challenge} challenge */
async function begin(line, form, challenge) {
  const waited = line.textContent ?? "";
  let pressed = false;
  let over = false;
  // Before check.js, which would take a second tap for one too many.
  form.addEventListener("submit", (event) => {
    if (over) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = true;
  }, { capture: true });
  try {
    line.textContent = "现在提交的人多，正在做提交前的核对，您不用做什么。";
    const most = challenge.parameters.data?.most ?? 0;
    const solution = await solve(challenge.parameters, (tries) => {
      const part = most ? `已完成 ${Math.min(99, Math.round((tries / most) * 100))}%` : "";
      line.textContent = pressed ? `正在核对，好了会自动提交。${part}` : `现在提交的人多，正在做提交前的核对，您不用做什么。${part}`;
    });
    proof(form).value = btoa(JSON.stringify({ challenge, solution }));
    line.textContent = pressed ? "核对好了，正在提交。" : "核对好了，可以提交。";
  } catch {
    line.textContent = waited;
  }
  over = true;
  if (pressed && proof(form).value) form.requestSubmit();
}

/** @param {HTMLFormElement} form */
function proof(form) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem("proof"));
}

/**
 * Find the counter whose derived key begins as the challenge asks.
 * @param {Parameters} asked @param {(tries: number) => void} told
 * @returns {Promise<{counter: number, derivedKey: string, time: number}>}
 */
export async function solve(asked, told) {
  if (asked.algorithm !== "PBKDF2/SHA-256") throw new Error(asked.algorithm);
  const began = performance.now();
  for (let start = 0; ; start += AT_ONCE) {
    const keys = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => derived(asked, start + n)));
    const found = keys.findIndex((key) => key.startsWith(asked.keyPrefix));
    if (found >= 0) return { counter: start + found, derivedKey: keys[found], time: Math.round(performance.now() - began) };
    told(start + AT_ONCE);
  }
}

/** @param {Parameters} asked @param {number} counter @returns {Promise<string>} hexadecimal */
async function derived(asked, counter) {
  const nonce = bytes(asked.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(asked.salt), iterations: asked.cost };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, asked.keyLength * 8)));
}

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {Uint8Array} data */
function hex(data) {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
