// Visits: what was seen and said, photos where they help, what was found on the way; and which households are due.

import { fill, h, icon } from "./dom.js";
import { nameOf } from "./household.js";
import { saved } from "./moduleview.js";
import { prepared } from "./photos.js";
import { back, card, summary, surveyed, today } from "./pieces.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {{hash: string, bytes: Uint8Array}} Photo */

const WAYS = [["1", "上门"], ["2", "电话"], ["3", "视频"]];
const LONGEST = 2000; // characters
const MOST = 9; // photos of one visit
const PAUSE = 800; // ms

/** @param {App} app @param {{id: string}} args @returns {Promise<import("./app.js").Shown>} */
export async function visit(app, { id }) {
  const home = app.store.home(id);
  if (!home) return { title: "没有找到这户", tab: "visits", nodes: [back(app)] };
  const draftPlace = `visit/${id}`;
  const draft = (await app.store.drafted(draftPlace)) ?? { on: today(), way: "1", text: "", people: [], found: "", next: "" };
  const photos = picker();
  const problems = h("div");
  let [open, timer] = [true, setTimeout(() => {}, 0)];
  const form = h("form", { novalidate: true },
    problems,
    h("div", { class: "field" }, h("label", { for: "f-on" }, "哪天"), h("input", { id: "f-on", name: "on", type: "date", value: draft.on, max: today() })),
    choices("怎样走访", "radio", "way", WAYS, [draft.way]),
    choices("见到了谁（选填）", "checkbox", "people", home.members.map((each) => [each.id, nameOf(each)]), draft.people),
    area("text", "情况（选填）", draft.text, "只记和工作有关的事。"),
    photos.node,
    area("found", "发现需要别人处理的问题（选填）", draft.found, "例如路灯不亮、房屋漏水。一行写一件，会转成诉求由有关部门办理。"),
    h("div", { class: "field" }, h("label", { for: "f-next" }, "下次走访（选填）"), h("p", { class: "hint", id: "h-next" }, "不填就按关注程度自动安排。"), h("input", { id: "f-next", name: "next", type: "date", value: draft.next, min: today(), "aria-describedby": "h-next" })),
    h("button", { class: "main-button" }, "保存走访"));
  const typed = () => read(form);
  const keep = async () => { clearTimeout(timer); if (open && form.dataset.touched) await app.store.draft(draftPlace, typed()); };
  form.addEventListener("input", () => { form.dataset.touched = "1"; clearTimeout(timer); timer = setTimeout(keep, PAUSE); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = mistakes(typed());
    fill(problems, ...(wrong.length ? [summary(wrong)] : []));
    if (wrong.length || !(await saved(app, said(id, typed(), photos.taken), photos.taken))) return;
    open = false;
    await app.store.draft(draftPlace, null);
    app.back();
  });
  return { title: "记录走访", tab: "visits", leave: keep, nodes: [back(app, home.address), form] };
}

/** @param {HTMLFormElement} form */
function read(form) {
  const data = new FormData(form);
  const one = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
  return { on: one("on"), way: one("way"), text: one("text"), people: data.getAll("people").map(String), found: one("found"), next: one("next") };
}

/** @param {ReturnType<typeof read>} typed */
function mistakes({ on, way, text, found, next }) {
  const wrong = [];
  if (!on) wrong.push("请填写哪天走访的。");
  else if (on > today()) wrong.push("走访的日期不能晚于今天。");
  if (!way) wrong.push("请选择怎样走访。");
  if ([...text].length > LONGEST) wrong.push(`“情况”最多填${LONGEST}个字，请删减。`);
  if (found.split("\n").some((line) => [...line].length > LONGEST)) wrong.push(`每个问题最多填${LONGEST}个字，请删减。`);
  if (next && next <= on) wrong.push("下次走访要晚于这一次。");
  return wrong;
}

/**
 * The operation.
 * @param {string} id @param {ReturnType<typeof read>} typed @param {Photo[]} photos
 */
function said(id, { on, way, text, people, found, next }, photos) {
  const tasks = found.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => ({ text: line, photos: [] }));
  const told = { on, way: Number(way), text, people, photos: photos.map(({ hash }) => hash), problems: tasks.map((task) => task.text).join("\n"), ...(next && { next }) };
  return { kind: "visit", home: id, visit: told, ...(tasks.length && { tasks }) };
}

/** @param {string} label @param {"radio" | "checkbox"} type @param {string} name @param {string[][]} offered @param {string[]} given */
function choices(label, type, name, offered, given) {
  if (!offered.length) return null;
  return h("fieldset", { class: "field" }, h("legend", null, label), h("div", { class: "choices many" }, offered.map(([value, word]) => (
    h("label", { class: "choice" }, h("input", { type, name, value, checked: given.includes(value) }), h("span", null, word))))));
}

/** @param {string} name @param {string} label @param {string} value @param {string} hint */
function area(name, label, value, hint) {
  return h("div", { class: "field" }, h("label", { for: `f-${name}` }, label), h("p", { class: "hint", id: `h-${name}` }, hint), h("textarea", { id: `f-${name}`, name, "aria-describedby": `h-${name}` }, value));
}

/** Photos, made small one after another. */
function picker() {
  /** @type {Photo[]} */
  const taken = [];
  const [told, shots] = [h("p", { class: "small", role: "status" }), h("ul", { class: "files" })];
  const input = h("input", { type: "file", id: "f-photos", accept: "image/*", capture: "environment", multiple: true, onchange: async () => {
    for (const file of input.files ?? []) {
      if (taken.length >= MOST) { told.textContent = `最多${MOST}张照片。`; break; }
      told.textContent = `正在处理 ${file.name}`;
      try {
        const photo = await prepared(file);
        if (taken.every((each) => each.hash !== photo.hash)) show(photo);
        told.textContent = `已选 ${taken.length} 张，会和走访一起保存。`;
      } catch {
        told.textContent = "这个文件不是能打开的照片，没有加上。";
      }
    }
    input.value = "";
  } });
  const show = (/** @type {Photo} */ photo) => {
    taken.push(photo);
    const address = URL.createObjectURL(new Blob([photo.bytes], { type: "image/jpeg" }));
    const line = h("li", null, h("img", { src: address, alt: `照片${taken.length}`, width: 64, height: 64, onload: () => URL.revokeObjectURL(address) }),
      h("button", { type: "button", class: "plain", onclick: () => { taken.splice(taken.indexOf(photo), 1); line.remove(); } }, "去掉"));
    shots.append(line);
  };
  const node = h("div", { class: "field" }, h("span", { class: "label", id: "l-photos" }, "照片（选填）"), shots,
    h("label", { class: "pick", for: "f-photos" }, icon("camera"), "拍照片或选照片", input), told);
  return { node, taken };
}

/**
 * Something found on the way that belongs to no household of a visit.
 * @param {App} app @param {{id: string}} args @returns {Promise<import("./app.js").Shown>}
 */
export async function task(app, { id }) {
  const problems = h("div");
  const text = h("textarea", { id: "f-task", name: "task" });
  const photos = picker();
  const form = h("form", { novalidate: true, onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const words = text.value.trim();
    fill(problems, ...(words ? [] : [summary(["请写下发现了什么。"])]));
    if (!words || !(await saved(app, { kind: "task", home: id, task: { text: words, photos: photos.taken.map(({ hash }) => hash) } }, photos.taken))) return;
    app.back();
  } }, problems, h("div", { class: "field" }, h("label", { for: "f-task" }, "发现了什么"), text), photos.node, h("button", { class: "main-button" }, "保存"));
  return { title: "发现的问题", tab: "visits", nodes: [back(app), form] };
}

/**
 * Who is due, the longest overdue first; nobody is ranked.
 * @param {App} app @returns {Promise<import("./app.js").Shown>}
 */
export async function visits(app) {
  if (!app.store.elements) return { title: "走访", tab: "visits", live: true, nodes: [h("p", { class: "empty" }, "同步以后，这里列出该走访的户。")] };
  const rows = surveyed(app);
  const day = today();
  const due = rows.filter(({ wanted }) => wanted.due).sort((one, two) => String(one.home.visited.next).localeCompare(String(two.home.visited.next)));
  const done = rows.filter(({ home }) => home.visited.on === day);
  const never = rows.filter(({ home }) => !home.visited.on);
  const soon = rows.filter(({ home, wanted }) => !wanted.due && home.visited.next && home.visited.next <= later(day, 7))
    .sort((one, two) => String(one.home.visited.next).localeCompare(String(two.home.visited.next)));
  return { title: "走访", tab: "visits", live: true, nodes: [
    ...section(app, "该走访", due, "没有到期的走访。"),
    ...section(app, "7天内", soon, ""), ...section(app, "今天走访过", done, ""), ...section(app, "还没有走访记录", never, ""),
  ] };
}

/** @param {App} app @param {string} label @param {ReturnType<typeof surveyed>} rows @param {string} none */
function section(app, label, rows, none) {
  if (!rows.length) return none ? [h("h2", null, label), h("p", { class: "empty" }, none)] : [];
  return [h("h2", null, `${label}（${rows.length}户）`), h("ul", { class: "doors" }, rows.slice(0, 60).map(({ home, wanted }) => card(app, home, wanted)))];
}

/** @param {string} day @param {number} days */
function later(day, days) {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
