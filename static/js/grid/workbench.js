// What the server could not decide by itself: mine, theirs and what both began from, side by side, one element at a time. Nothing is
// overwritten before she has said so.

import { value } from "../answers.js";
import { h, fill } from "./dom.js";
import { question } from "./form.js";
import { nameOf, wordsOf } from "./household.js";
import { saved } from "./moduleview.js";
import { ago, back, dayOf, summary } from "./pieces.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./store.js").Entry} Entry */
/** @typedef {import("./household.js").Element} Element */
/** @typedef {{of: string, key: string, is: string, message?: string, theirs?: any, base?: any, mine?: any}} Told */

/** @param {App} app @param {{seq: number}} args @returns {Promise<import("./app.js").Shown>} */
export async function workbench(app, { seq }) {
  await app.store.reload();
  const entry = app.store.queue.find((each) => each.seq === seq);
  if (!entry || entry.state !== "needs") return { title: "已经处理好了", tab: "syncing", nodes: [back(app)] };
  const open = opens(entry);
  const nodes = open.length ? [choosing(app, entry, open)] : [refusedNode(app, entry)];
  const intro = entry.answer.is === "conflict" ? "您填写的时候，别人也改了同一项。请逐项选择以哪个为准。" : "服务器没有接受下面的内容，请改好再保存。";
  return { title: "需您处理", tab: "syncing", nodes: [back(app), h("p", { class: "big" }, entry.address), open.length ? h("p", null, intro) : null, ...nodes] };
}

/**
 * The elements that are still to be decided.
 * @param {Entry} entry @returns {Told[]}
 */
function opens(entry) {
  const wanted = (entry.answer?.elements ?? []).filter((/** @type {Told} */ each) => each.is === "conflict" || each.is === "invalid");
  return wanted.filter((/** @type {Told} */ each) => !entry.settled?.some((done) => done.of === each.of && done.key === each.key));
}

/**
 * The server need not list it any more either. Where there is no signal it goes on listing it, which does no harm.
 * @param {App} app @param {Entry} entry
 */
async function seen(app, entry) {
  if (navigator.onLine) await app.wire.post("/grid/ops/seen", { id: entry.id }).catch(() => null);
}

/** @param {App} app @param {Entry} entry @param {Told[]} open */
function choosing(app, entry, open) {
  const problems = h("div");
  const cards = open.map((told, at) => decision(app, entry, told, at));
  const form = h("form", { novalidate: true, onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const answers = cards.map((card) => card.answer());
    const wrong = answers.flatMap((answer) => (answer.wrong ? [answer.wrong] : []));
    fill(problems, ...(wrong.length ? [summary(wrong)] : []));
    if (wrong.length) return;
    const edits = answers.flatMap((answer) => (answer.edit ? [answer.edit] : []));
    if (edits.length && !(await saved(app, { kind: "edit", home: entry.home, edits }))) return;
    await seen(app, entry);
    await app.store.settle([{ ...entry, state: "done", settled: open.map(({ of, key }) => ({ of, key })) }]);
    app.say("已处理");
    app.back();
  } }, problems, cards.map((card) => card.node), h("button", { class: "main-button" }, "就这样保存"));
  return form;
}

/**
 * One element: three values with who and when, or a fourth that she types.
 * @param {App} app @param {Entry} entry @param {Told} told @param {number} at
 */
function decision(app, entry, told, at) {
  const elements = /** @type {import("./household.js").Elements} */ (app.store.elements);
  const element = elements.elements.find((each) => each.key === told.key) ?? { key: told.key, label: told.key, type: "text", module: "", sensitivity: 1 };
  const sent = JSON.parse(entry.text ?? "{}").edits?.find((/** @type {any} */ each) => each.of === told.of && each.key === told.key);
  const mine = told.mine ?? { v: sent?.value };
  const key = `own${at}`;
  const typed = question({ of: told.of, element, value: undefined }, elements, key, mine.v);
  const own = h("div", { hidden: told.is === "conflict" }, typed);
  const rows = told.is === "invalid" ? [] : [
    option(at, "mine", "我填的", element, mine, elements, `我，${ago(Date.parse(entry.at))}`),
    option(at, "theirs", "别人改的", element, told.theirs, elements, author(told.theirs)),
    h("div", { class: "choice still" }, h("span", null, h("b", null, "原来的"), h("span", { class: "value" }, told.base ? wordsOf(element, told.base.v, elements) : "无"), h("small", null, author(told.base)))),
    h("label", { class: "choice" }, h("input", { type: "radio", name: `pick${at}`, value: "own", onchange: () => { own.hidden = false; } }), h("span", null, "都不对，另外填")),
  ];
  const member = told.of && app.store.home(entry.home)?.members.find((each) => each.id === told.of);
  const node = h("fieldset", { class: "card decision" }, h("legend", null, member ? `${nameOf(member)}：${element.label}` : element.label),
    told.is === "invalid" && h("p", { class: "problem" }, told.message ?? "这一项不对，请改好。"), rows, own);
  node.addEventListener("change", () => { if (told.is === "conflict") own.hidden = picked(node, at) !== "own"; });
  const base = told.theirs?.x ?? sent?.base ?? "";
  return { node, answer: () => answered(node, at, told, element, typed, { v: mine.v, base }) };
}

/** @param {number} at @param {string} name @param {string} label @param {Element} element @param {any} given
 * @param {import("./household.js").Elements} elements @param {string} by */
function option(at, name, label, element, given, elements, by) {
  const words = given?.masked ? "您无权查看" : given ? wordsOf(element, given.v, elements) : "无";
  return h("label", { class: "choice" }, h("input", { type: "radio", name: `pick${at}`, value: name }), h("span", null, h("b", null, label), h("span", { class: "value" }, words), h("small", null, by)));
}

/** @param {any} given */
function author(given) {
  if (!given) return "";
  return [given.by, typeof given.at === "number" ? dayOf(given.at) : given.at ? dayOf(Date.parse(given.at) / 1000) : ""].filter(Boolean).join("，");
}

/** @param {HTMLElement} node @param {number} at @returns {string} */
function picked(node, at) {
  return /** @type {HTMLInputElement | null} */ (node.querySelector(`input[name="pick${at}"]:checked`))?.value ?? "";
}

/**
 * @param {HTMLElement} node @param {number} at @param {Told} told @param {Element} element @param {HTMLElement} typed
 * @param {{v: unknown, base: string}} mine what was sent, and the version that the answer begins from
 * @returns {{wrong?: string, edit?: import("./ops.js").Edit}}
 */
function answered(node, at, told, element, typed, { v, base }) {
  const choice = told.is === "invalid" ? "own" : picked(node, at);
  if (!choice) return { wrong: `请选择“${element.label}”以哪个为准。` };
  if (choice === "theirs") return {};
  if (choice === "mine") return { edit: { of: told.of, key: told.key, value: v, base } };
  const given = value(typed);
  if (Array.isArray(given) ? !given.length : !String(given ?? "").trim()) return { wrong: `请填写“${element.label}”。` };
  return { edit: { of: told.of, key: told.key, value: element.type === "yes_no" ? given === "yes" : given, base } };
}

/**
 * An operation that the server will not take, and of which no single element is to blame.
 * @param {App} app @param {Entry} entry
 */
function refusedNode(app, entry) {
  const drop = async () => {
    await seen(app, entry);
    await app.store.settle([{ ...entry, state: "done" }]);
    app.say("已放下这一条");
    app.back();
  };
  return h("div", { class: "stack-small" }, h("p", { class: "problem" }, entry.answer.message || (entry.answer.problems ?? []).map((/** @type {any} */ each) => each.message).join("") || "服务器没有接受这一条。"),
    h("pre", { class: "note" }, readable(entry)),
    h("p", null, "内容还在手机里。可以请管理员看看，也可以照着重新填一遍；确定不要了再放下。"),
    h("button", { type: "button", class: "refuse", onclick: drop }, "不再发送这一条"));
}

/**
 * What was typed, in words.
 * @param {Entry} entry
 */
function readable(entry) {
  const op = JSON.parse(entry.text ?? "{}");
  const lines = [op.visit?.text, op.visit?.problems, op.task?.text, ...(op.edits ?? []).map((/** @type {any} */ each) => `${each.key}：${each.value}`)];
  return lines.filter(Boolean).join("\n");
}
