// From the queue to the server: once, in order, by one tab at a time, and again until the server has said what became of it.

import { sha256 } from "./crypto.js";
import { ulid } from "./ops.js";
import { Refused } from "./wire.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").Entry} Entry */
/** @typedef {import("./wire.js").Wire} Wire */

const MOST = 50; // operations in a request
const CHUNK = 262_144; // bytes of a photo in a request
const BYTES = 700_000; // of their texts: the server takes a megabyte, and JSON escapes some

/** @type {Record<string, import("./store.js").State>} */
const STATES = { created: "done", review: "done", conflict: "needs", invalid: "needs", refused: "needs", held: "held" };

/**
 * Send what waits. One tab holds the lock; another one comes back at once, for there is nothing left to it.
 * @param {Store} store @param {Wire} wire @param {(done: number) => void} [tell]
 * @returns {Promise<{sent: number, after: number}>} ``after``: seconds until the server wants to be asked again, 0 if all is said
 */
export async function send(store, wire, tell = () => {}) {
  const locked = await navigator.locks.request("grid-send", { ifAvailable: true }, async (lock) => {
    if (!lock) return { sent: 0, after: 0 };
    await store.reload();
    return drain(store, wire, tell);
  });
  return locked;
}

/** @param {Store} store @param {Wire} wire @param {(done: number) => void} tell */
async function drain(store, wire, tell) {
  let [sent, after] = [0, 0];
  const asked = new Set();
  for (;;) {
    const batch = nextBatch(store.queue.filter((entry) => ["waiting", "held"].includes(entry.state) && !asked.has(entry.seq)));
    if (!batch.length) break;
    const ops = batch.map(({ id, hash, text }) => ({ id, hash, text }));
    const reply = await wire.post("/grid/ops", { device: store.device, now: new Date().toISOString(), ops });
    const said = new Map(reply.ops.map((/** @type {any} */ each) => [each.id, each]));
    const changed = [];
    for (const entry of batch) {
      asked.add(entry.seq);
      const answer = flattened(said.get(entry.id));
      if (answer?.is === "busy") after = Math.max(after, Number(answer.retry_after ?? 30));
      else if (answer?.is === "different") changed.push(...(await renamed(store, entry)));
      else if (answer && STATES[answer.is]) changed.push({ ...entry, state: STATES[answer.is], answer });
    }
    await store.settle(changed);
    sent += changed.filter((entry) => entry.state !== "waiting").length;
    tell(sent);
    if (!changed.length) break;
  }
  await sendPhotos(store, wire);
  return { sent, after };
}

/**
 * "same" is told as what it was the first time.
 * @param {any} answer
 */
function flattened(answer) {
  return answer?.is === "same" ? { ...answer, is: answer.was, again: true } : answer;
}

/** @param {Entry[]} entries @returns {Entry[]} */
function nextBatch(entries) {
  const batch = [];
  let bytes = 0;
  for (const entry of entries.slice(0, MOST)) {
    bytes += new TextEncoder().encode(entry.text).length;
    if (batch.length && bytes > BYTES) break;
    batch.push(entry);
  }
  return batch;
}

/** The id is taken by something else: another one, for this operation and for those that build on it.
 * @param {Store} store @param {Entry} entry @returns {Promise<Entry[]>} */
async function renamed(store, entry) {
  const id = ulid(Date.now());
  const touched = store.queue.filter((each) => each.state !== "done" && each.text?.includes(entry.id));
  return Promise.all(touched.map(async (each) => {
    const text = String(each.text).replaceAll(entry.id, id);
    return { ...each, id: each === entry || each.id === entry.id ? id : each.id, text, hash: await sha256(text), state: /** @type {const} */ ("waiting") };
  }));
}

/** One photo in memory at a time, in chunks, each from where the server says that it is.
 * @param {Store} store @param {Wire} wire */
async function sendPhotos(store, wire) {
  const failed = new Set();
  for (;;) {
    const photo = await store.nextPhoto(failed);
    if (!photo) return;
    try {
      await sendPhoto(wire, photo.hash, photo.bytes);
      await store.dropPhoto(photo.name);
    } catch (error) {
      // No picture after all: it is dropped, and the visit keeps its words. Anything else is for another time.
      if (error instanceof Refused && error.code.startsWith("file.")) await store.dropPhoto(photo.name);
      else if (error instanceof Refused && error.kind === "refused") failed.add(photo.name);
      else throw error;
    }
  }
}

/** @param {Wire} wire @param {string} hash @param {Uint8Array} bytes */
async function sendPhoto(wire, hash, bytes) {
  const path = `/grid/photos/${hash}`;
  let offset = await offsetOf(wire, path);
  while (offset < bytes.length) {
    const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": String(offset), "Upload-Length": String(bytes.length) };
    try {
      const reply = await wire.ask("PATCH", path, headers, bytes.slice(offset, offset + CHUNK));
      offset = Number(reply.headers.get("Upload-Offset") ?? offset + CHUNK);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "photo.offset") throw error;
      offset = Number(error.reply?.headers.get("Upload-Offset") ?? 0);
    }
  }
}

/** @param {Wire} wire @param {string} path */
async function offsetOf(wire, path) {
  try {
    const reply = await wire.ask("HEAD", path);
    if (reply.headers.get("Upload-Complete") === "?1") return Infinity;
    return Number(reply.headers.get("Upload-Offset") ?? 0);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return 0;
    throw error;
  }
}
