// What several views show: the way back, rings, what is wanted of a household, times in words.

import { draw, h, icon } from "./dom.js";
import { head, nameOf, wants } from "./household.js";

/** @typedef {import("./household.js").Home} Home */
/** @typedef {import("./household.js").Elements} Elements */
/** @typedef {import("./app.js").App} App */

const SHANGHAI = { timeZone: "Asia/Shanghai" };
const WAYS = ["", "上门", "电话", "视频"];

/** Today in Shanghai, ISO. */
export function today() {
  return new Intl.DateTimeFormat("sv-SE", SHANGHAI).format(new Date());
}

/** Seconds since 1970. */
export function now() {
  return Math.floor(Date.now() / 1000);
}

/**
 * 2小时前, 3天前.
 * @param {number} milliseconds since 1970
 */
export function ago(milliseconds) {
  const minutes = Math.max(0, Math.round((Date.now() - milliseconds) / 60_000));
  if (minutes < 1) return "刚才";
  if (minutes < 60) return `${minutes}分钟前`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)}小时前` : `${Math.round(minutes / 1440)}天前`;
}

/**
 * A day of a value as it is read.
 * @param {number} seconds since 1970
 */
export function dayOf(seconds) {
  return new Intl.DateTimeFormat("sv-SE", SHANGHAI).format(new Date(seconds * 1000));
}

/** @param {number | undefined} way */
export function wayWords(way) {
  return WAYS[way ?? 0] ?? "";
}

/** @param {App} app @param {string} [label] */
export function back(app, label = "返回") {
  return h("button", { type: "button", class: "plain back-button", onclick: () => app.back() }, icon("back"), label);
}

/**
 * How much is held, as a ring; the words say it too.
 * @param {number} held @param {number} asked
 */
export function ring(held, asked) {
  const share = asked ? held / asked : 1;
  const around = 2 * Math.PI * 15;
  return draw("svg", { class: "ring", viewBox: "0 0 36 36", "aria-hidden": "true" },
    draw("circle", { cx: 18, cy: 18, r: 15, class: "ring-all" }),
    draw("circle", { cx: 18, cy: 18, r: 15, class: "ring-held", "stroke-dasharray": `${share * around} ${around}`, transform: "rotate(-90 18 18)" }));
}

/**
 * What is wanted of a household, in words; worst first.
 * @param {import("./household.js").Wants} wanted
 */
export function wantWords(wanted) {
  const words = [];
  if (wanted.wrong.length) words.push({ text: `${wanted.wrong.length}项矛盾`, tone: "refused" });
  if (wanted.due) words.push({ text: "该走访", tone: "waiting" });
  if (wanted.missing.length) words.push({ text: `缺${wanted.missing.length}项`, tone: "" });
  if (wanted.stale.length) words.push({ text: `${wanted.stale.length}项待核实`, tone: "" });
  return words;
}

/** @param {import("./household.js").Wants} wanted */
export function visitWords(wanted) {
  if (wanted.sinceVisit === null) return "还没有走访记录";
  return wanted.sinceVisit <= 0 ? "今天走访过" : `上次走访 ${wanted.sinceVisit} 天前`;
}

/**
 * A household in a list.
 * @param {App} app @param {Home} home @param {import("./household.js").Wants} wanted
 */
export function card(app, home, wanted) {
  const words = wantWords(wanted);
  const mine = app.store.queue.filter((entry) => entry.home === home.id && (entry.state === "waiting" || entry.state === "held")).length;
  return h("li", null, h("button", { type: "button", class: "door", onclick: () => app.go("home", { id: home.id }) },
    h("span", { class: "door-at" }, doorWords(home)),
    h("span", { class: "door-who" }, nameOf(head(home)), h("small", null, `${home.members.length}人`)),
    h("span", { class: "door-wants" },
      words.map(({ text, tone }) => h("span", { class: `want ${tone}` }, text)),
      !words.length && h("span", { class: "want done" }, "齐全"),
      mine > 0 && h("span", { class: "want" }, `待发送 ${mine}`),
      h("small", null, visitWords(wanted)))));
}

/**
 * The address as it tells the door from its neighbours.
 * @param {Home} home
 */
export function doorWords(home) {
  const at = home.group ? home.address.indexOf(home.group) : -1;
  return at >= 0 ? home.address.slice(at) : home.address;
}

/**
 * What is wanted of every household.
 * @param {App} app
 */
export function surveyed(app) {
  const elements = /** @type {Elements} */ (app.store.elements);
  const [at, day] = [now(), today()];
  return app.store.all().map((home) => ({ home, wanted: wants(home, elements, at, day) }));
}

/**
 * A summary of problems at the top that takes the focus.
 * @param {string[]} problems @param {string} [title]
 */
export function summary(problems, title = "没有保存") {
  const box = h("div", { class: "summary", role: "alert", tabindex: "-1" }, h("h2", null, title), h("ul", null, problems.map((each) => h("li", null, each))));
  requestAnimationFrame(() => box.focus());
  return box;
}
