// Operations: what somebody did, written once. The text is never written anew, so its hash stands whatever app sends it.

import { sha256 } from "./crypto.js";

/** @typedef {{of: string, key: string, value: unknown, base: string}} Edit */
/** @typedef {{id: string, hash: string, text: string}} Operation */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * A ULID: 48 bits of time, 80 of chance.
 * @param {number} now milliseconds
 */
export function ulid(now) {
  let [time, left] = ["", now];
  for (let at = 0; at < 10; at += 1) {
    time = ALPHABET[left % 32] + time;
    left = Math.floor(left / 32);
  }
  const chance = crypto.getRandomValues(new Uint8Array(16));
  return time + Array.from(chance, (byte) => ALPHABET[byte % 32]).join("");
}

/**
 * @param {{kind: string, home: string} & Record<string, unknown>} what
 * @param {{device: string, seq: number, now: number}} where ``now`` by the phone's clock, in milliseconds
 * @returns {Promise<Operation>}
 */
export async function operation(what, { device, seq, now }) {
  const id = ulid(now);
  const after = [...new Set(bases(what).filter((base) => base.startsWith("@")).map((base) => base.slice(1)))];
  const told = { v: 2, id, kind: what.kind, device, seq, at: new Date(now).toISOString(), home: what.home, ...(after.length && { after }) };
  const text = JSON.stringify({ ...told, ...what });
  return { id, hash: await sha256(text), text };
}

/** The versions that an operation builds on; "@…" is what another one of this phone will make.
 * @param {any} what @returns {string[]} */
function bases(what) {
  return [...(what.edits ?? []).map((/** @type {Edit} */ each) => each.base), ...Object.values(what.bases ?? {})];
}

/**
 * What an operation says in a line of a list.
 * @param {any} op
 */
export function kindWords(op) {
  const count = op.edits?.length ?? 0;
  if (op.kind === "visit") return `走访${count ? `，改了${count}项` : ""}`;
  if (op.kind === "unchanged") return "核对：无变化";
  if (op.kind === "task") return "发现的问题";
  if (op.kind === "person.left") return "成员迁出";
  if (op.order) return `添加成员${op.order.newcomer?.name ?? op.order.who?.name ?? ""}`;
  return `修改${count}项`;
}
