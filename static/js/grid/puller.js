// From the server to the phone: everything once, then what changed. A page is stored with the place where the next one begins,
// so whatever interrupts it, it goes on from there.

import { unpacked } from "./household.js";
import { Refused } from "./wire.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./wire.js").Wire} Wire */
/** @typedef {{since: string, after: string, seen: string[]}} Way how far an unfinished pull has come */

/**
 * Fetch what changed. One tab at a time.
 * @param {Store} store @param {Wire} wire @param {(homes: number) => void} [tell] how many came
 * @returns {Promise<boolean>} false where another tab does it already
 */
export async function pull(store, wire, tell = () => {}) {
  return navigator.locks.request("grid-pull", { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    try {
      await fetchPages(store, wire, tell);
    } catch (error) {
      if (!(error instanceof Refused) || error.kind !== "restart") throw error;
      await store.keep({ token: "", way: null });
      await fetchPages(store, wire, tell);
    }
    return true;
  });
}

/** @param {Store} store @param {Wire} wire @param {(homes: number) => void} tell */
async function fetchPages(store, wire, tell) {
  await fetchElements(store, wire);
  // What is done by now is in what comes; what will be done on the way may not be.
  const done = store.queue.filter((entry) => entry.state === "done" && !entry.pulled);
  const since = String(store.facts.get("token") ?? "");
  const kept = /** @type {Way | null} */ (store.facts.get("way") ?? null);
  let way = kept && kept.since === since ? kept : { since, after: "", seen: [] };
  for (;;) {
    const page = await wire.get(`/grid/sync?${new URLSearchParams({ ...(since && { since }), ...(way.after && { after: way.after }) })}`);
    if (page.elements !== store.elements?.version) await fetchElements(store, wire);
    const elements = store.elements;
    if (!elements || page.elements !== elements.version) throw new Refused("later", "登记项目刚刚更新，请稍后再同步。");
    const homes = page.homes.map((/** @type {any} */ each) => unpacked(each, page.by, elements));
    const seen = since ? [] : [...way.seen, ...homes.map((/** @type {any} */ each) => each.id)];
    way = { since, after: page.after ?? "", seen };
    const facts = way.after ? { way } : { way: null, token: page.token, synced: page.now };
    await store.take(homes, page.gone ?? [], facts, way.after || since ? null : new Set(seen));
    tell(since ? homes.length : seen.length);
    if (!way.after) break;
  }
  await store.pulled(done);
}

/** @param {Store} store @param {Wire} wire */
async function fetchElements(store, wire) {
  const etag = store.facts.get("elements")?.etag;
  const found = await wire.get("/grid/elements", etag ? { "If-None-Match": etag } : {});
  if (found) await store.keep({ elements: found });
}
