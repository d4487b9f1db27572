// The unlock: who types wrong waits longer and longer; who walks away finds it locked.

import { newLock, openLock } from "./crypto.js";
import { of, within } from "./db.js";
import { isFull } from "./store.js";

/** @typedef {import("./crypto.js").Vault} Vault */
/** @typedef {{wrong: number, until: number}} Tries ``until``: milliseconds since 1970 */

const FREE = 3;
const WAITS = [5, 15, 60, 300, 900]; // seconds after the wrong try that follows the free ones
const LAST = 3600;
export const SPEAK = 6; // wrong tries after which it is said what else can be done
const IDLE = 5 * 60_000; // ms without a touch
const HIDDEN = 2 * 60_000; // ms in the background

/**
 * How long one waits after so many wrong tries, in seconds.
 * @param {number} wrong
 */
export function waitAfter(wrong) {
  return wrong < FREE ? 0 : WAITS[wrong - FREE] ?? LAST;
}

/** @param {IDBDatabase} db @returns {Promise<Tries>} */
export async function triesOf(db) {
  return (await within(db, ["meta"], "readonly", (tx) => of(tx.objectStore("meta").get("tries")))) ?? { wrong: 0, until: 0 };
}

/** @param {IDBDatabase} db */
export async function hasLock(db) {
  return (await within(db, ["meta"], "readonly", (tx) => of(tx.objectStore("meta").count("lock")))) > 0;
}

/**
 * The first lock of this store.
 * @param {IDBDatabase} db @param {string} secret @returns {Promise<Vault>}
 */
export async function setUp(db, secret) {
  const { lock, vault } = await newLock(secret);
  await within(db, ["meta"], "readwrite", (tx) => { tx.objectStore("meta").add(lock, "lock"); });
  return vault;
}

/**
 * The try is counted before it is made, so that killing the app in between saves nobody the wait.
 * @param {IDBDatabase} db @param {string} secret @returns {Promise<Vault | null>} null where it is wrong, or too early
 */
export async function unlock(db, secret) {
  const tries = await triesOf(db);
  if (Date.now() < tries.until) return null;
  const wrong = tries.wrong + 1;
  await counted(db, { wrong, until: Date.now() + waitAfter(wrong) * 1000 });
  const lock = await within(db, ["meta"], "readonly", (tx) => of(tx.objectStore("meta").get("lock")));
  const vault = await openLock(lock, secret);
  if (vault) await within(db, ["meta"], "readwrite", (tx) => { tx.objectStore("meta").delete("tries"); });
  return vault;
}

/**
 * A phone without room for a counter still has to open.
 * @param {IDBDatabase} db @param {Tries} tries
 */
async function counted(db, tries) {
  try {
    await within(db, ["meta"], "readwrite", (tx) => { tx.objectStore("meta").put(tries, "tries"); });
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

/**
 * Another unlock for the same store.
 * @param {IDBDatabase} db @param {Vault} vault @param {string} secret
 */
export async function change(db, vault, secret) {
  const lock = await vault.relock(secret);
  await within(db, ["meta"], "readwrite", (tx) => { tx.objectStore("meta").put(lock, "lock"); });
}

/**
 * The large version on this phone: on, off, or as it was.
 * @param {IDBDatabase} db @param {boolean} [wanted]
 */
export async function large(db, wanted) {
  if (wanted !== undefined) await within(db, ["meta"], "readwrite", (tx) => { tx.objectStore("meta").put(wanted, "large"); });
  const on = await within(db, ["meta"], "readonly", (tx) => of(tx.objectStore("meta").get("large")));
  if (on !== undefined) document.documentElement.classList.toggle("elder", Boolean(on));
}

/**
 * Calls ``lock`` when nobody has touched the app for a while.
 * @param {() => void} lock @returns {() => void} ends the watch
 */
export function watch(lock) {
  let touched = Date.now();
  let hidden = 0;
  const touch = () => { touched = Date.now(); };
  const turn = () => {
    if (document.hidden) hidden = Date.now();
    else look();
  };
  const look = () => {
    const now = Date.now();
    if (now - touched > IDLE || (hidden && now - hidden > HIDDEN)) lock();
    else if (!document.hidden) hidden = 0;
  };
  const timer = setInterval(look, 10_000);
  for (const name of ["pointerdown", "keydown", "input"]) addEventListener(name, touch, { passive: true });
  document.addEventListener("visibilitychange", turn);
  return () => {
    clearInterval(timer);
    for (const name of ["pointerdown", "keydown", "input"]) removeEventListener(name, touch);
    document.removeEventListener("visibilitychange", turn);
  };
}
