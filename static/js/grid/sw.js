// The app without a signal: the worker keeps one whole version of its files and answers from it. The server writes
// the list of files and their hashes before this script (server/assets.py), so a new version is a new script.
//
// Nothing personal passes through here: what the app fetches goes to the network, and what it keeps lies sealed in its own
// database, which no version of this script touches.

/** @typedef {{version: string, page: string, files: Record<string, string>}} Shell */

const worker = /** @type {any} */ (self);
const shell = /** @type {Shell} */ (worker.SHELL);
const KEPT = "grid-";
const here = `${KEPT}${shell.version}`;

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(take()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(settle()));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const kept = address(event.request);
  if (kept) event.respondWith(answer(kept, event.request));
});
// The page says when: never under somebody's hands, and all its tabs start again with it.
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "take over") worker.skipWaiting();
});

/** All files or none: one that is not of this version (the server changed meanwhile) ends the installation. */
async function take() {
  const cache = await caches.open(here);
  for (const [path, hash] of Object.entries(shell.files)) {
    const found = await fetch(path, { cache: "reload", credentials: "omit" });
    if (!found.ok || (await sha256(await found.clone().arrayBuffer())) !== hash) throw new Error(`${path} is not of this version`);
    await cache.put(path, found);
  }
  // Without cookies, so that the page that is kept is nobody's.
  const page = await fetch(shell.page, { cache: "reload", credentials: "omit" });
  if (!page.ok) throw new Error(`${shell.page} is not there`);
  await cache.put(shell.page, page);
}

async function settle() {
  for (const name of await caches.keys()) if (name.startsWith(KEPT) && name !== here) await caches.delete(name);
  await worker.clients.claim();
}

/**
 * What of this version answers ``request``; "" where only the network does.
 * @param {Request} request
 */
function address(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return "";
  // With a question mark (/grid/?page=…) the pages of the server are meant, which also work without this script.
  if (request.mode === "navigate") return ["/grid/", shell.page].includes(url.pathname) && !url.search ? shell.page : "";
  return url.pathname in shell.files && !url.search ? url.pathname : "";
}

/** @param {string} kept @param {Request} request */
async function answer(kept, request) {
  const cache = await caches.open(here);
  return (await cache.match(kept)) ?? fetch(request);
}

/** @param {ArrayBuffer} content */
async function sha256(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
