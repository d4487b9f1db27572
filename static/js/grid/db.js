// The phone's own database: what lies where, and transactions. Everything but counters and the lock is sealed.

const NAME = "grid";
const VERSION = 1;

/**
 * ``meta``: the lock, wrong tries, counters: nothing personal. ``facts``: what else was fetched. ``homes``: households, under
 * names that only the key makes. ``queue``: operations by their number on this phone; their state is plain, so that a locked phone can say
 * what it has not sent. ``photos``: pictures that are not sent yet. ``drafts``: what is being typed.
 * @returns {Promise<IDBDatabase>}
 */
export function openDatabase() {
  return new Promise((done, refuse) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => raise(asked.result);
    asked.onsuccess = () => {
      // A newer app in another tab wants to change the shape: let it, this tab starts again with the new one.
      asked.result.onversionchange = () => { asked.result.close(); location.reload(); };
      done(asked.result);
    };
    asked.onerror = () => refuse(asked.error);
  });
}

/** @param {IDBDatabase} db */
function raise(db) {
  for (const name of ["meta", "facts", "homes", "photos", "drafts"]) db.createObjectStore(name);
  db.createObjectStore("queue").createIndex("state", "state");
}

/**
 * ``work`` in one transaction: all of it, or nothing. What it returns is there when everything is on the disk.
 * @template T
 * @param {IDBDatabase} db @param {string[]} stores @param {IDBTransactionMode} mode
 * @param {(tx: IDBTransaction) => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export function within(db, stores, mode, work) {
  return new Promise((done, refuse) => {
    const tx = db.transaction(stores, mode, { durability: "strict" });
    /** @type {any} */
    let result;
    tx.oncomplete = () => done(result);
    tx.onabort = () => refuse(tx.error ?? new DOMException("aborted", "AbortError"));
    Promise.resolve(work(tx)).then((value) => { result = value; }, (error) => {
      try { tx.abort(); } catch { /* it has ended by itself */ }
      refuse(error);
    });
  });
}

/**
 * The answer of one request.
 * @template T @param {IDBRequest<T>} request @returns {Promise<T>}
 */
export function of(request) {
  return new Promise((done, refuse) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => refuse(request.error);
  });
}

/**
 * Nothing is left.
 * @param {IDBDatabase} db @returns {Promise<void>}
 */
export function wipe(db) {
  db.close();
  return new Promise((done, refuse) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = () => done();
    asked.onerror = () => refuse(asked.error);
  });
}
