// What lies on the phone, opened: households, facts and the queue, read once at the unlock and kept in step with the disk.
//
// The server's households are stored as they came, what was done here as operations; what is shown is the one laid over the
// other. So there is one truth for each, and an operation is saved whole in one transaction.

import { of, openDatabase, wipe, within } from "./db.js";
import { overlaid } from "./household.js";
import { operation } from "./ops.js";

/** @typedef {import("./household.js").Home} Home */
/** @typedef {import("./household.js").Elements} Elements */
/** @typedef {import("./crypto.js").Vault} Vault */
/** @typedef {"waiting" | "held" | "needs" | "done"} State */
/**
 * @typedef {object} Entry an operation in the queue
 * @property {number} seq @property {State} state @property {string} id @property {string} hash @property {string} kind
 * @property {string} home @property {string} address @property {string} at @property {string} [text] until it is pulled back
 * @property {any} [answer] what the server said of it @property {boolean} [pulled]
 * @property {{of: string, key: string}[]} [settled] elements of a conflict that she has decided
 */

export const TABS = new BroadcastChannel("grid"); // "queue" or "homes" have changed: tells the other tabs, and carries nothing
const KEEP_DONE = 300;

export class Store {
  /** @param {IDBDatabase} db @param {Vault} vault @param {string} device its random name */
  constructor(db, vault, device) {
    this.db = db;
    this.vault = vault;
    this.device = device;
    /** @type {Map<string, Home>} */
    this.homes = new Map();
    /** @type {Entry[]} in the order in which they were made */
    this.queue = [];
    /** @type {Map<string, any>} */
    this.facts = new Map();
  }

  /** Read and open everything; again after another tab has fetched. */
  async load() {
    const [facts, homes] = await within(this.db, ["facts", "homes"], "readonly", async (tx) => [
      await of(tx.objectStore("facts").getAll()), await of(tx.objectStore("homes").getAll()),
    ]);
    this.facts = new Map(await Promise.all(facts.map(async ({ box }) => this.vault.open(box, "facts"))));
    this.homes = new Map((await Promise.all(homes.map(({ box }) => this.vault.open(box, "homes")))).map((home) => [home.id, home]));
    await this.reload();
    return this;
  }

  /** The queue again, after another tab has changed it. */
  async reload() {
    const rows = await within(this.db, ["queue"], "readonly", (tx) => of(tx.objectStore("queue").getAll()));
    this.queue = await Promise.all(rows.map((row) => this.vault.open(row.box, "queue")));
  }

  /**
   * What was fetched once.
   * @returns {Elements | undefined}
   */
  get elements() {
    return this.facts.get("elements");
  }

  /** @param {Record<string, unknown>} facts */
  async keep(facts) {
    const rows = await this.#sealedFacts(facts);
    await within(this.db, ["facts"], "readwrite", (tx) => { for (const [name, row] of rows) tx.objectStore("facts").put(row, name); });
    for (const [id, value] of Object.entries(facts)) this.facts.set(id, value);
  }

  /** @param {Record<string, unknown>} facts @returns {Promise<[string, {box: Uint8Array}][]>} */
  #sealedFacts(facts) {
    return Promise.all(Object.entries(facts).map(async ([id, value]) => [await this.vault.name("fact", id), { box: await this.vault.seal([id, value], "facts") }]));
  }

  /**
   * A page of the sync, and where the next one begins or the token: together or not at all.
   * @param {Home[]} homes @param {string[]} gone @param {Record<string, unknown>} facts @param {Set<string> | null} only at the end
   * of a first sync: the households that there are; all others go
   */
  async take(homes, gone, facts, only = null) {
    const rows = await Promise.all(homes.map(async (home) => ({
      name: await this.vault.name("home", home.id), row: { box: await this.vault.seal(home, "homes") },
    })));
    const lost = only ? [...this.homes.keys()].filter((id) => !only.has(id)) : gone;
    const names = await Promise.all(lost.map((id) => this.vault.name("home", id)));
    const told = await this.#sealedFacts(facts);
    await within(this.db, ["homes", "facts"], "readwrite", (tx) => {
      for (const { name, row } of rows) tx.objectStore("homes").put(row, name);
      for (const name of names) tx.objectStore("homes").delete(name);
      for (const [name, row] of told) tx.objectStore("facts").put(row, name);
    });
    for (const home of homes) this.homes.set(home.id, home);
    for (const id of lost) this.homes.delete(id);
    TABS.postMessage("homes");
    for (const [id, value] of Object.entries(facts)) this.facts.set(id, value);
  }

  /**
   * A household as it is shown.
   * @param {string} id @returns {Home | undefined}
   */
  home(id) {
    const home = this.homes.get(id);
    return home && overlaid(home, this.queue.filter((entry) => entry.home === id && !entry.pulled));
  }

  /**
   * All of them, by their codes.
   * @returns {Home[]}
   */
  all() {
    return [...this.homes.keys()].sort().map((id) => /** @type {Home} */ (this.home(id)));
  }

  /**
   * The household behind a plate.
   * @param {string} code @returns {Home | undefined}
   */
  behind(code) {
    for (const home of this.homes.values()) if (home.code === code) return this.home(home.id);
    return undefined;
  }

  /**
   * Write an operation into the queue, with the photos that it names. When this returns it is on the disk.
   * @param {{kind: string, home: string} & Record<string, unknown>} what
   * @param {{hash: string, bytes: Uint8Array}[]} [photos] @returns {Promise<Entry>}
   */
  async enqueue(what, photos = []) {
    const pictures = await Promise.all(photos.map(async ({ hash, bytes }) => ({
      name: await this.vault.name("photo", hash), row: { box: await this.vault.seal(bytes, "photos"), hash: await this.vault.seal(hash, "photos"), sent: 0 },
    })));
    for (;;) {
      const seq = Number((await within(this.db, ["meta"], "readonly", (tx) => of(tx.objectStore("meta").get("seq")))) ?? 0) + 1;
      const op = await operation(what, { device: this.device, seq, now: Date.now() });
      /** @type {Entry} */
      const entry = {
        seq, state: "waiting", ...op, kind: what.kind, home: what.home, at: new Date().toISOString(),
        address: this.homes.get(what.home)?.address ?? "",
      };
      const row = await this.#row(entry);
      const saved = await within(this.db, ["queue", "meta", "photos"], "readwrite", async (tx) => {
        // Another tab may have been faster: then the number is taken, and the operation is written again with the next.
        if (Number((await of(tx.objectStore("meta").get("seq"))) ?? 0) !== seq - 1) return false;
        tx.objectStore("meta").put(seq, "seq");
        tx.objectStore("queue").add(row, seq);
        for (const picture of pictures) tx.objectStore("photos").put(picture.row, picture.name);
        return true;
      });
      if (!saved) continue;
      this.queue.push(entry);
      TABS.postMessage("queue");
      return entry;
    }
  }

  /** @param {Entry} entry */
  async #row(entry) {
    return { state: entry.state, box: await this.vault.seal(entry, "queue") };
  }

  /**
   * Entries in a new state, in one transaction.
   * @param {Entry[]} entries
   */
  async settle(entries) {
    const rows = await Promise.all(entries.map(async (entry) => /** @type {const} */ ([entry.seq, await this.#row(entry)])));
    await within(this.db, ["queue"], "readwrite", (tx) => { for (const [seq, row] of rows) tx.objectStore("queue").put(row, seq); });
    const known = new Map(entries.map((entry) => [entry.seq, entry]));
    this.queue = this.queue.map((entry) => known.get(entry.seq) ?? entry);
    TABS.postMessage("queue");
  }

  /** After a pull that began when these were done: the server's households hold them now. Old ones go, counted.
   * @param {Entry[]} entries */
  async pulled(entries) {
    if (!entries.length) return;
    await this.settle(entries.map(({ text: _text, ...entry }) => ({ ...entry, pulled: true })));
    const old = this.queue.filter((entry) => entry.state === "done" && entry.pulled).slice(0, -KEEP_DONE);
    if (!old.length) return;
    await within(this.db, ["queue", "meta"], "readwrite", async (tx) => {
      tx.objectStore("meta").put(Number((await of(tx.objectStore("meta").get("gone"))) ?? 0) + old.length, "gone");
      for (const entry of old) tx.objectStore("queue").delete(entry.seq);
    });
    this.queue = this.queue.filter((entry) => !old.includes(entry));
  }

  /** How many in each state; ``done`` counts those that are no longer listed too. */
  async counts() {
    const gone = Number((await within(this.db, ["meta"], "readonly", (tx) => of(tx.objectStore("meta").get("gone")))) ?? 0);
    const of_ = (/** @type {State} */ state) => this.queue.filter((entry) => entry.state === state).length;
    return { done: of_("done") + gone, waiting: of_("waiting") + of_("held"), needs: of_("needs"), photos: await this.photoCount() };
  }

  async photoCount() {
    return within(this.db, ["photos"], "readonly", (tx) => of(tx.objectStore("photos").count()));
  }

  /**
   * The next photo that is to be sent, opened: one in memory at a time.
   * @param {Set<string>} skip names
   * @returns {Promise<{name: string, hash: string, bytes: Uint8Array} | null>} */
  async nextPhoto(skip) {
    const names = await within(this.db, ["photos"], "readonly", (tx) => of(tx.objectStore("photos").getAllKeys()));
    const name = names.map(String).find((each) => !skip.has(each));
    if (!name) return null;
    const row = await within(this.db, ["photos"], "readonly", (tx) => of(tx.objectStore("photos").get(name)));
    if (!row) return this.nextPhoto(skip);
    return { name, hash: await this.vault.open(row.hash, "photos"), bytes: await this.vault.bytes(row.box, "photos") };
  }

  /** @param {string} name */
  async dropPhoto(name) {
    await within(this.db, ["photos"], "readwrite", (tx) => { tx.objectStore("photos").delete(name); });
    TABS.postMessage("queue");
  }

  /**
   * What was typed and not saved, so that a locked screen or a killed tab loses nothing.
   * @param {string} place @param {unknown} typed
   */
  async draft(place, typed) {
    const name = await this.vault.name("draft", place);
    const row = typed === null ? null : { box: await this.vault.seal(typed, "drafts") };
    try {
      await within(this.db, ["drafts"], "readwrite", (tx) => {
        if (row) tx.objectStore("drafts").put(row, name);
        else tx.objectStore("drafts").delete(name);
      });
    } catch (error) {
      if (!isFull(error)) throw error; // it is still on the page, and saving says that there is no room
    }
  }

  /** @param {string} place @returns {Promise<any>} null where nothing was kept */
  async drafted(place) {
    const name = await this.vault.name("draft", place);
    const row = await within(this.db, ["drafts"], "readonly", (tx) => of(tx.objectStore("drafts").get(name)));
    return row ? this.vault.open(row.box, "drafts") : null;
  }

}

/** @param {unknown} error */
export function isFull(error) {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

/**
 * The random name of this installation, made once.
 * @param {IDBDatabase} db @returns {Promise<string>}
 */
export async function deviceOf(db) {
  return within(db, ["meta"], "readwrite", async (tx) => {
    const kept = await of(tx.objectStore("meta").get("device"));
    if (kept) return String(kept);
    const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    tx.objectStore("meta").put(made, "device");
    return made;
  });
}

/**
 * Of the store while it is locked: how many operations in each state.
 * @param {IDBDatabase} db
 */
export async function unsent(db) {
  return within(db, ["queue", "photos"], "readonly", async (tx) => {
    const states = tx.objectStore("queue").index("state");
    const count = (/** @type {State} */ state) => of(states.count(state));
    return { waiting: (await count("waiting")) + (await count("held")), needs: await count("needs"), photos: await of(tx.objectStore("photos").count()) };
  });
}

/**
 * Everything goes: the key first, without which the rest says nothing.
 * @param {IDBDatabase} db
 */
export async function destroy(db) {
  await within(db, ["meta"], "readwrite", (tx) => { tx.objectStore("meta").delete("lock"); });
  await wipe(db);
  for (const name of await caches.keys()) await caches.delete(name);
}

export { openDatabase };
