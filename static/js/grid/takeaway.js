// A queue that cannot be sent, as a file that only the server opens (docs/sync.md, "A queue that cannot be sent").

import { base64 } from "./crypto.js";

const TEXT = new TextEncoder();

/**
 * @param {{account: string, secret: string, queue_key: {id: string, public: string}}} device @param {string} name of the device
 * @param {{id: string, hash: string, text?: string}[]} entries @returns {Promise<string>} the file
 */
export async function takeaway(device, name, entries) {
  const ops = JSON.stringify(entries.map(({ id, hash, text }) => ({ id, hash, text })));
  const inside = { account: device.account, device: name, made: new Date().toISOString(), ops, mac: await mac(device.secret, ops) };
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const theirs = await crypto.subtle.importKey("raw", bytes(device.queue_key.public), { name: "ECDH", namedCurve: "P-256" }, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, pair.privateKey, 256);
  const from = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: TEXT.encode("saoban.queue/1") };
  const key = await crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, TEXT.encode(JSON.stringify(inside))));
  const epk = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return JSON.stringify({ saoban: "queue", v: 1, key: device.queue_key.id, epk: base64(epk), iv: base64(iv), data: base64(data) });
}

/** @param {string} secret its 64 hex digits, as they stand @param {string} text */
async function mac(secret, text) {
  const key = await crypto.subtle.importKey("raw", TEXT.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const made = new Uint8Array(await crypto.subtle.sign("HMAC", key, TEXT.encode(text)));
  return Array.from(made, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} text base64url */
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}
