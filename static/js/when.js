// Whether a condition holds: the same answers as models/forms/conditions.py, so that what a page hides is what
// the server will not ask for.

/**
 * @typedef {object} When
 * @property {string} [field]
 * @property {string} [op]
 * @property {unknown} [value]
 * @property {string} [other]
 * @property {When[]} [all]
 * @property {When[]} [any]
 * @property {When} [not]
 */

/**
 * @typedef {object} Facts
 * @property {Record<string, unknown>} values
 * @property {Record<string, string>} kinds
 * @property {string} today an ISO date in Shanghai
 */

const NUMERIC = new Set(["integer", "decimal", "money", "computed"]);
const TRUTHS = new Map([
  ["yes", true], ["true", true], ["on", true], ["是", true], ["有", true],
  ["no", false], ["false", false], ["off", false], ["否", false], ["无", false],
]);

/**
 * @param {When} when
 * @param {Facts} facts hidden fields absent from values
 * @returns {boolean}
 */
export function holds(when, facts) {
  if (when.all && !when.all.every((part) => holds(part, facts))) return false;
  if (when.any && !when.any.some((part) => holds(part, facts))) return false;
  if (when.not && holds(when.not, facts)) return false;
  return !when.field || compared(when, facts);
}

/** @param {When} when @param {Facts} facts @returns {boolean} */
function compared(when, facts) {
  const op = when.op ?? "eq";
  const answer = facts.values[when.field ?? ""];
  if (op === "filled" || op === "empty") return blank(answer) === (op === "empty");
  const expected = when.other ? facts.values[when.other] : when.value;
  if (blank(answer) || blank(expected)) return op === "ne";
  const kind = facts.kinds[when.field ?? ""] ?? "text";
  const given = listed(answer).map((each) => comparable(kind, each, facts.today));
  const wanted = listed(expected).map((each) => comparable(kind, each, facts.today));
  if (op === "eq") return same(given, wanted);
  if (op === "ne") return !same(given, wanted);
  if (op === "in" || op === "has") return given.some((each) => each !== null && wanted.includes(each));
  return given.length === 1 && wanted.length === 1 && ordered(op, given[0], wanted[0]);
}

/** @param {unknown} raw @returns {boolean} */
export function blank(raw) {
  if (Array.isArray(raw)) return raw.every(nothing);
  if (raw !== null && typeof raw === "object") return Object.values(raw).every(nothing);
  return nothing(raw);
}

/** @param {unknown} raw */
function nothing(raw) {
  if (raw === null || raw === undefined) return true;
  if (typeof raw === "string") return raw.trim() === "";
  return typeof raw === "object" && Object.keys(raw).length === 0;
}

/** @param {unknown} value @returns {unknown[]} */
function listed(value) {
  return Array.isArray(value) ? value : [value];
}

/** @param {unknown[]} given @param {unknown[]} wanted */
function same(given, wanted) {
  if ([...given, ...wanted].includes(null)) return false;
  return given.every((each) => wanted.includes(each)) && wanted.every((each) => given.includes(each));
}

/** @param {string} kind @param {unknown} value @param {string} today @returns {unknown} null compares with nothing */
function comparable(kind, value, today) {
  if (NUMERIC.has(kind)) return number(value);
  if (kind === "yes_no" || kind === "notice") {
    return typeof value === "boolean" ? value : TRUTHS.get(narrow(String(value)).toLowerCase()) ?? null;
  }
  if (kind === "date" || kind === "month") {
    const iso = relative(value, today) ?? day(value);
    return iso && (kind === "month" ? iso.slice(0, 7) : iso);
  }
  return typeof value === "number" ? String(value) : value;
}

/** @param {string} op @param {unknown} left @param {unknown} right */
function ordered(op, left, right) {
  let [low, high] = [left, right];
  if (typeof low === "string" && typeof high === "string") {
    const [first, second] = [number(low), number(high)];
    if (first !== null && second !== null) [low, high] = [first, second];
  }
  if (low === null || high === null || typeof low !== typeof high) return false;
  if (typeof low !== "string" && typeof low !== "number") return false;
  const [a, b] = /** @type {[string, string]} */ ([low, high]);
  return op === "gt" ? a > b : op === "ge" ? a >= b : op === "lt" ? a < b : a <= b;
}

/**
 * Half width, without outer spaces.
 * @param {string} text
 */
export function narrow(text) {
  return text.normalize("NFKC").trim();
}

/** @param {unknown} raw @returns {number | null} */
export function number(raw) {
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : null;
  if (typeof raw !== "string") return null;
  const text = narrow(raw).replace("。", ".").replace("−", "-").replaceAll(" ", "");
  return /^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(text) ? Number(text.replaceAll(",", "")) : null;
}

/**
 * 20260103, 2026-1-3, 2026/1/3, 2026.1.3, 2026年1月3日; a month alone is its first day.
 * @param {unknown} raw @returns {string | null} ISO, null for what is no day
 */
export function day(raw) {
  const text = typeof raw === "string" ? narrow(raw).replaceAll(" ", "") : "";
  const found = /^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})[日号]?|月?)$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})?$/.exec(text);
  if (!found) return null;
  const [year, month, date] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 1)];
  const real = new Date(Date.UTC(year, month - 1, date));
  if (year < 1850 || year > 2200 || real.getUTCMonth() !== month - 1 || real.getUTCDate() !== date) return null;
  return real.toISOString().slice(0, 10);
}

/**
 * "today", "today-60y", "today+30d".
 * @param {unknown} raw
 * @param {string} today
 * @returns {string | null}
 */
function relative(raw, today) {
  const found = typeof raw === "string" ? /^today(?:([+-])(\d{1,5})([dwmy]))?$/.exec(raw) : null;
  if (!found || !today) return null;
  if (!found[2]) return today;
  const amount = Number(found[1] + found[2]);
  const [year, month, date] = today.split("-").map(Number);
  if (found[3] === "d" || found[3] === "w") {
    return new Date(Date.UTC(year, month - 1, date + amount * (found[3] === "w" ? 7 : 1))).toISOString().slice(0, 10);
  }
  const months = month - 1 + amount * (found[3] === "y" ? 12 : 1);
  // The last day of the month where the day does not exist there: 29 February less a year is 28 February.
  const last = new Date(Date.UTC(year, months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, months, Math.min(date, last))).toISOString().slice(0, 10);
}
