// A household as the phone knows it: unpacked from what the server sent, with what is still in the queue laid over it, and
// what is wanted of it. Pure: nothing here touches the page, the store or the clock.

/** @typedef {{v: unknown, source: string, at: number, by: string, x: string, masked?: boolean, mine?: boolean}} Value
 *   ``at`` seconds since 1970; ``x`` the version; ``mine``: written on this phone and not confirmed yet */
/** @typedef {{id: string, rev: number, relation: string, values: Record<string, Value>}} Member */
/** @typedef {{on?: string, by?: string, way?: number, next?: string}} Visited */
/** @typedef {{code: string, text: string, key: string}} Warning */
/**
 * @typedef {object} Home
 * @property {string} id @property {number} rev @property {string} address @property {string} group @property {string} code
 * @property {Record<string, Value>} values @property {Member[]} members @property {Warning[]} warnings
 * @property {number} waiting changes that wait for review @property {Visited} visited
 */
/**
 * @typedef {object} Element
 * @property {string} key @property {string} label @property {string} type @property {string} [codes] @property {string} module
 * @property {number} sensitivity @property {string} [collect] always, asked (where nothing is said), offered, ground
 * @property {string} [derived]
 * @property {number | string} [min] @property {number | string} [max] @property {number} [min_length]
 * @property {number} [max_length] @property {string} [pattern] @property {string} [pattern_message]
 * @property {number} [places] @property {string} [unit]
 */
/**
 * @typedef {object} Elements
 * @property {string} version @property {Element[]} elements @property {Record<string, string>} modules
 * @property {Record<string, Record<string, string>>} codes @property {string[]} sources
 * @property {Record<string, number>} pace @property {string[]} [kinds] of operations that the server knows
 */
/** @typedef {{of: string, element: Element, value: Value | undefined}} Place an element of the house or of a member */
/** @typedef {{missing: Place[], stale: Place[], wrong: Warning[], due: boolean, sinceVisit: number | null}} Wants */

const DAY = 86_400;
const STALE = 365 * DAY; // after so long what is held should be looked at again
const UNASKED = new Set(["file", "signature", "member", "table", "computed", "notice", "area"]); // not in a short form

/**
 * One household of a page of the sync. Indices are of that page and of its elements; nothing of them is kept.
 * @param {any} told @param {string[]} people the page's ``by`` @param {Elements} elements @returns {Home}
 */
export function unpacked(told, people, elements) {
  const values = (/** @type {any[][]} */ rows) => Object.fromEntries((rows ?? []).flatMap((row) => {
    const element = elements.elements[row[0]];
    const [, v, source, at, by, x, masked] = row;
    return element ? [[element.key, { v, source: elements.sources[source] ?? "", at, by: people[by] ?? "", x, ...(masked && { masked: true }) }]] : [];
  }));
  return {
    id: told.h, rev: told.r ?? 0, address: told.a ?? "", group: told.g ?? "", code: told.c ?? "", values: values(told.v),
    members: (told.m ?? []).map((/** @type {any} */ each) => ({ id: each.p, rev: each.r ?? 0, relation: each.rel ?? "", values: values(each.v) })),
    warnings: (told.w ?? []).map((/** @type {string[]} */ [code, text, key]) => ({ code, text, key: key ?? "" })),
    waiting: told.q ?? 0, visited: told.l ?? {},
  };
}

/**
 * The household with the operations of this phone laid over it, in their order.
 * @param {Home} home @param {{text?: string, answer?: any}[]} entries of this household, as the queue holds them
 * @returns {Home}
 */
export function overlaid(home, entries) {
  let seen = home;
  for (const entry of entries) if (entry.text) seen = laid(seen, JSON.parse(entry.text), entry.answer);
  return seen;
}

/** @param {Home} home @param {any} op @param {any} answer @returns {Home} */
function laid(home, op, answer) {
  const at = Math.floor(Date.parse(op.at) / 1000);
  const told = new Map((answer?.elements ?? []).map((/** @type {any} */ each) => [`${each.of}/${each.key}`, each]));
  let seen = home;
  for (const edit of op.edits ?? []) {
    const said = /** @type {any} */ (told.get(`${edit.of}/${edit.key}`));
    if (said && said.is !== "recorded") continue; // what the server holds stands
    const value = { v: edit.value, source: "visit", at, by: "我", x: said?.x ?? `@${op.id}`, mine: true };
    seen = withValue(seen, edit.of, edit.key, () => value);
  }
  for (const [key, base] of Object.entries(op.bases ?? {})) {
    seen = withValue(seen, op.of, key, (held) => (held && held.x === base ? { ...held, at, source: "visit", by: "我", mine: true } : held));
  }
  if (op.visit) seen = { ...seen, visited: { on: op.visit.on, by: "我", way: op.visit.way, next: op.visit.next ?? "" } };
  return seen;
}

/** @param {Home} home @param {string} of @param {string} key @param {(held: Value | undefined) => Value | undefined} change */
function withValue(home, of, key, change) {
  const changed = (/** @type {Record<string, Value>} */ values) => {
    const value = change(values[key]);
    return value ? { ...values, [key]: value } : values;
  };
  if (!of) return { ...home, values: changed(home.values) };
  return { ...home, members: home.members.map((each) => (each.id === of ? { ...each, values: changed(each.values) } : each)) };
}

/**
 * Whether a form can ask for it here.
 * @param {Element} element
 */
export function askable(element) {
  return !element.derived && !UNASKED.has(element.type);
}

/**
 * Every element of the house and of its members, with what is held.
 * @param {Home} home @param {Elements} elements @returns {Place[]}
 */
export function places(home, elements) {
  const house = elements.elements.filter((each) => each.key.startsWith("house."));
  const person = elements.elements.filter((each) => each.key.startsWith("person."));
  return [
    ...house.map((element) => ({ of: "", element, value: home.values[element.key] })),
    ...home.members.flatMap((member) => person.map((element) => ({ of: member.id, element, value: member.values[element.key] }))),
  ];
}

/**
 * What is wanted of a household today: without what no record is whole, and what nobody has looked at for a year.
 * @param {Home} home @param {Elements} elements @param {number} now seconds since 1970 @param {string} today ISO, Shanghai
 * @returns {Wants}
 */
export function wants(home, elements, now, today) {
  const asked = places(home, elements).filter(({ element }) => collected(element));
  const { on, next } = home.visited;
  return {
    missing: asked.filter(({ element, value }) => !value && element.collect === "always"),
    stale: asked.filter(({ value }) => value && stale(value, now)),
    wrong: home.warnings,
    due: Boolean(next && next <= today),
    sinceVisit: on ? Math.round((Date.parse(today) - Date.parse(on)) / (DAY * 1000)) : null,
  };
}

/**
 * Whether a visit asks for it where it is missing.
 * @param {Element} element
 */
export function collected(element) {
  return ["always", "asked"].includes(element.collect ?? "asked") && askable(element);
}

/** @param {Value} value @param {number} now */
export function stale(value, now) {
  return now - value.at > STALE;
}

/**
 * The modules of the house, or of a member, with how much of what is collected is held and fresh.
 * @param {Home} home @param {string} of "" for the house @param {Elements} elements @param {number} now
 */
export function modules(home, of, elements, now) {
  const all = places(home, elements).filter((place) => place.of === of);
  return Object.entries(elements.modules).flatMap(([key, label]) => {
    const inside = all.filter(({ element }) => element.module === key);
    if (!inside.length) return [];
    const asked = inside.filter(({ element }) => collected(element));
    const held = asked.filter(({ value }) => value && !stale(value, now));
    return [{ key, label, places: inside, asked: asked.length, held: held.length }];
  });
}

/**
 * The head of the household, else its first member.
 * @param {Home} home
 */
export function head(home) {
  return home.members.find((each) => each.relation === "02") ?? home.members[0];
}

/** @param {Member | undefined} member */
export function nameOf(member) {
  return String(member?.values["person.name"]?.v ?? "") || "未登记姓名";
}

/**
 * A value as a person reads it.
 * @param {Element} element @param {Value | undefined} value @param {Elements} elements @returns {string}
 */
export function words(element, value, elements) {
  if (!value) return "";
  if (value.masked) return "已登记（您无权查看）";
  return wordsOf(element, value.v, elements);
}

/** @param {Element} element @param {unknown} v @param {Elements} elements @returns {string} */
export function wordsOf(element, v, elements) {
  if (v === null || v === undefined || v === "") return "无";
  const list = element.codes ? elements.codes[element.codes] ?? {} : {};
  if (typeof v === "boolean") return v ? "是" : "否";
  if (Array.isArray(v)) return v.map((each) => (typeof each === "object" ? "1项" : list[String(each)] ?? String(each))).join("、");
  if (typeof v === "object") return Object.values(v).filter((each) => typeof each === "string").join("") || "已登记";
  if (element.type === "yes_no") return v === "yes" || v === "true" ? "是" : v === "no" || v === "false" ? "否" : String(v);
  return (list[String(v)] ?? String(v)) + (element.unit && !element.codes ? ` ${element.unit}` : "");
}
