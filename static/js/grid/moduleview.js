// A module as a short form: 无变化 in one tap, what is missing or stale asked first, the rest folded away.

import { fill, h, icon } from "./dom.js";
import { changes, held, mark, question, typedIn } from "./form.js";
import { askable, collected, nameOf, places, stale } from "./household.js";
import { isFull } from "./store.js";
import { ago, back, dayOf, now, summary } from "./pieces.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./household.js").Place} Place */

const SOURCES = /** @type {Record<string, string>} */ ({ shared: "部门核验", counter: "窗口", visit: "走访", self: "本人申报", import: "导入" });
const PAUSE = 800; // ms of quiet before what is typed is kept

/** @param {App} app @param {{id: string, of: string, module: string, wanted?: boolean}} args @returns {Promise<import("./app.js").Shown>} */
export async function moduleView(app, args) {
  const home = app.store.home(args.id);
  const elements = app.store.elements;
  if (!home || !elements) return { title: "没有找到这户", tab: "list", nodes: [back(app)] };
  const all = places(home, elements);
  const lacks = (/** @type {Place} */ { element, value }) => (value ? collected(element) && stale(value, now()) : element.collect === "always");
  const inside = args.wanted ? all.filter(lacks) : all.filter(({ of, element }) => of === args.of && element.module === args.module);
  const asked = inside.filter(({ element }) => askable(element));
  const first = asked.filter(({ element, value }) => collected(element) && (!value || stale(value, now())));
  const rest = asked.filter((place) => !first.includes(place) && (place.value || !args.wanted));
  const place = `module/${args.id}/${args.of}/${args.module}/${args.wanted ?? ""}`;
  const draft = (await app.store.drafted(place)) ?? {};
  const form = editing(app, args, place, first, rest, draft);
  const label = args.wanted ? "缺的和待核实的" : elements.modules[args.module] ?? "";
  const who = args.of ? nameOf(home.members.find((each) => each.id === args.of)) : home.address;
  return { title: label, tab: "list", leave: form.leave, nodes: [back(app, who), unchanged(app, args, inside), form.node, readonly(inside.filter(({ element, value }) => !askable(element) && value), elements)] };
}

/**
 * One tap: what stands here is still right.
 * @param {App} app @param {{id: string, of: string, module: string, wanted?: boolean}} args @param {Place[]} inside
 */
function unchanged(app, args, inside) {
  const bases = Object.fromEntries(inside.filter(({ element, value }) => value && askable(element) && !value.masked).map(({ element, value }) => [element.key, value?.x ?? ""]));
  if (args.wanted || !Object.keys(bases).length) return null;
  const button = h("button", { type: "button", class: "main-button", onclick: async () => {
    button.disabled = true;
    if (await saved(app, { kind: "unchanged", home: args.id, of: args.of, module: args.module, bases })) app.back();
    button.disabled = false;
  } }, icon("check"), "无变化");
  return h("div", null, button, h("p", { class: "hint" }, `点一下，已登记的 ${Object.keys(bases).length} 项都记为今天核对过。`));
}

/**
 * Into the queue; where the phone has no room, that is said and nothing that was typed is lost.
 * @param {App} app @param {any} what
 * @param {{hash: string, bytes: Uint8Array}[]} [photos] @returns {Promise<boolean>} */
export async function saved(app, what, photos = []) {
  try {
    await app.store.enqueue(what, photos);
  } catch (error) {
    const full = isFull(error);
    const told = full ? "手机存储空间不够，这一条没有保存。请删除一些照片或应用，再点一次保存；填好的内容还在这一页。" : "手机没能保存这一条，请再点一次保存。";
    app.bar("full", icon("warn"), h("span", null, told));
    return false;
  }
  app.bar("full");
  app.say("已保存");
  app.engine?.run();
  return true;
}

/** @param {App} app @param {{id: string}} args @param {string} draftPlace @param {Place[]} first @param {Place[]} rest @param {Record<string, unknown>} draft */
function editing(app, args, draftPlace, first, rest, draft) {
  const elements = /** @type {import("./household.js").Elements} */ (app.store.elements);
  const names = new Map(app.store.home(args.id)?.members.map((each) => [each.id, nameOf(each)]));
  const asked = [...first, ...rest].map((place, at) => ({ place, field: question(place, elements, `q${at}`, draft[`${place.of}/${place.element.key}`]) }));
  const problems = h("div");
  let timer = setTimeout(() => {}, 0);
  let open = true;
  const keep = async () => {
    clearTimeout(timer);
    if (open && Object.keys(draft).length) await app.store.draft(draftPlace, draft);
  };
  const note = () => {
    Object.assign(draft, typedIn(asked));
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  };
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const found = changes(asked);
    mark(asked, found.problems);
    fill(problems, ...(found.problems.length ? [summary(found.problems.map(({ message }) => message))] : []));
    for (const { field } of found.problems) field.closest("details")?.setAttribute("open", "");
    if (found.problems.length) return;
    if (!found.edits.length) { fill(problems, summary(["没有改动。如果都对，请点“无变化”。"])); return; }
    if (!(await saved(app, { kind: "edit", home: args.id, edits: found.edits }))) return;
    open = false;
    await app.store.draft(draftPlace, null);
    app.back();
  };
  const shown = asked.slice(0, first.length).map(({ place, field }) => withWho(place, field, names));
  const more = asked.slice(first.length);
  const node = h("form", { novalidate: true, onsubmit: save, oninput: note }, problems,
    first.length > 0 && h("h2", null, `请补充 ${first.length} 项`), shown,
    more.length > 0 && h("details", { open: !first.length }, h("summary", null, `其余 ${more.length} 项`), more.map(({ place, field }) => h("div", { class: "known-field" }, field, source(place)))),
    asked.length > 0 && h("button", { class: "main-button" }, "保存"));
  return { node, leave: keep };
}

/**
 * Whose it is, where people are asked for side by side.
 * @param {Place} place @param {HTMLElement} field @param {Map<string, string>} names
 */
function withWho(place, field, names) {
  const who = names.get(place.of);
  return who ? h("div", { class: "known-field" }, h("p", { class: "quiet" }, who), field, source(place)) : h("div", { class: "known-field" }, field, source(place));
}

/** @param {Place} place */
function source({ value }) {
  if (!value) return null;
  const from = value.mine ? `我，${ago(value.at * 1000)}${value.x.startsWith("@") ? "，待发送" : ""}` : `${SOURCES[value.source] ?? value.source}，${value.by} ${dayOf(value.at)}`;
  return h("p", { class: "hint" }, `来自${from}`);
}

/** @param {Place[]} rows @param {import("./household.js").Elements} elements */
function readonly(rows, elements) {
  if (!rows.length) return null;
  return h("details", null, h("summary", null, `只能查看的 ${rows.length} 项`), h("dl", { class: "pairs" }, rows.map((place) => (
    h("div", null, h("dt", null, place.element.label), h("dd", null, held(place, elements)))))));
}
