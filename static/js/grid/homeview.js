// A household: what is wanted of it first, then its modules and its people, each a short form.

import { h, icon } from "./dom.js";
import { askable, modules, nameOf, wants } from "./household.js";
import { ago, back, now, ring, today, visitWords, wayWords } from "./pieces.js";
import { kindWords } from "./ops.js";
import { takes } from "./people.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app @param {{id: string}} args @returns {Promise<import("./app.js").Shown>} */
export async function home(app, { id }) {
  const found = app.store.home(id);
  const elements = app.store.elements;
  if (!found || !elements) return gone(app, id);
  const wanted = wants(found, elements, now(), today());
  return { title: found.address, tab: "list", live: true, nodes: [
    back(app), standing(found, wanted), ...entriesOf(app, id), mistakes(wanted),
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "main-button", onclick: () => app.go("visit", { id }) }, icon("visit"), "记录走访"),
      wanted.missing.length + wanted.stale.length > 0 && h("button", { type: "button", onclick: () => app.go("module", { id, of: "", module: "", wanted: true }) }, `只填缺的和待核实的（${wanted.missing.length + wanted.stale.length}项）`)),
    section(app, found, "", "房屋和家庭"),
    h("h2", null, `家庭成员（${found.members.length}人）`),
    ...found.members.map((member) => person(app, found, member)),
    takes(app, "person.add") && h("button", { type: "button", onclick: () => app.go("newcomer", { id }) }, icon("person"), "添加成员"),
    h("button", { type: "button", onclick: () => app.go("task", { id }) }, icon("warn"), "上报发现的问题"),
    h("ul", { class: "links" }, h("li", null, h("a", { href: `/desk/registry/households/${id}` }, h("span", null, "在电脑版页面打开"), h("small", { class: "line quiet" }, "添加、迁入迁出成员和查看历史，需要信号")))),
  ] };
}

/** @param {import("./household.js").Home} found @param {import("./household.js").Wants} wanted */
function standing(found, wanted) {
  const { on, by, way, next } = found.visited;
  const last = on ? `${visitWords(wanted)}（${by ?? ""} ${wayWords(way)}）` : "还没有走访记录";
  return h("div", { class: "stack-small" },
    h("p", null, wanted.due ? h("b", { class: "waiting" }, "该走访了。") : null, last, next && !wanted.due ? `，下次 ${next}` : ""),
    found.waiting > 0 && h("p", { class: "quiet" }, `有 ${found.waiting} 项变更等待审核`),
    h("p", { class: "quiet code" }, found.code ? (found.code.match(/.{4}/g) ?? []).join(" ") : "还没有门牌"));
}

/**
 * What this phone has done here and the server has not confirmed, or what needs her.
 * @param {App} app @param {string} id
 */
function entriesOf(app, id) {
  const entries = app.store.queue.filter((entry) => entry.home === id && ["waiting", "held", "needs"].includes(entry.state));
  if (!entries.length) return [];
  return [h("ul", { class: "entries" }, entries.map((entry) => h("li", null,
    h("span", null, entry.text ? kindWords(JSON.parse(entry.text)) : ""),
    entry.state === "needs"
      ? h("button", { type: "button", onclick: () => app.go("workbench", { seq: entry.seq }) }, "需您处理")
      : h("span", { class: "quiet" }, `已保存在手机，待发送（${ago(Date.parse(entry.at))}）`))))];
}

/** @param {import("./household.js").Wants} wanted */
function mistakes(wanted) {
  if (!wanted.wrong.length) return null;
  return h("div", { class: "todo" }, h("h2", null, "请核对"), h("ul", { class: "bullets" }, wanted.wrong.map(({ text }) => h("li", null, text))));
}

/**
 * The modules of the house or of a member.
 * @param {App} app @param {import("./household.js").Home} found @param {string} of @param {string} label
 */
function section(app, found, of, label) {
  const elements = /** @type {import("./household.js").Elements} */ (app.store.elements);
  return h("section", { class: "stack-small", "aria-label": label || undefined }, label && h("h2", null, label),
    h("ul", { class: "modules" }, modules(found, of, elements, now()).map((each) => h("li", null,
      h("button", { type: "button", class: "module", onclick: () => app.go("module", { id: found.id, of, module: each.key }) },
        ring(each.held, each.asked),
        h("span", { class: "module-name" }, each.label),
        h("small", null, each.asked ? `${each.held}/${each.asked}` : `${each.places.filter(({ element, value }) => value && askable(element)).length}项`))))));
}

/** @param {App} app @param {import("./household.js").Home} found @param {import("./household.js").Member} member */
function person(app, found, member) {
  const relations = app.store.elements?.codes["GB/T 4761"] ?? {};
  const phone = member.values["person.phone"];
  return h("details", { class: "person" },
    h("summary", null, h("span", null, nameOf(member), " ", h("small", { class: "quiet" }, relations[member.relation] ?? ""))),
    phone && !phone.masked && h("p", null, h("a", { class: "tel", href: `tel:${phone.v}` }, String(phone.v))),
    section(app, found, member.id, ""),
    takes(app, "person.left") && h("p", null, h("button", { type: "button", class: "plain", onclick: () => app.go("leaving", { id: found.id, person: member.id }) }, `${nameOf(member)}迁出`)));
}

/** @param {App} app @param {string} id @returns {import("./app.js").Shown} */
function gone(app, id) {
  const mine = app.store.queue.some((entry) => entry.home === id && entry.state !== "done");
  const kept = mine ? "您在这里做过、还没有发送的内容都还在，会照样发送，由那边审核，记在您名下。" : "";
  return { title: "这户不在您的网格", tab: "list", nodes: [back(app), h("p", null, `这户已经划到别的网格，或已经注销。${kept}`)] };
}
