// Somebody comes into a household, or leaves it. The card is read on the server where there is a signal, else typed.

import { idNumber } from "../checks.js";
import { fill, h, icon } from "./dom.js";
import { nameOf } from "./household.js";
import { saved } from "./moduleview.js";
import { back, summary, today } from "./pieces.js";
import { Refused } from "./wire.js";

/** @typedef {import("./app.js").App} App */

const PAPERS = { hukou: "户口簿", id: "居民身份证", birth: "出生医学证明", marriage: "结婚证", transfer: "户口迁移证、准迁证", house: "房屋权属或租赁凭证", other: "其他证明材料" };
const HEADS = new Set(["01", "02"]); // 本人, 户主: who is that is not added beside others
const NAME_MOST = 50;

/**
 * Whether the server takes operations of a kind yet.
 * @param {App} app @param {string} kind
 */
export function takes(app, kind) {
  return app.store.elements?.kinds?.includes(kind) ?? false;
}

/** @param {App} app @param {{id: string}} args @returns {Promise<import("./app.js").Shown>} */
export async function newcomer(app, { id }) {
  const home = app.store.home(id);
  if (!home) return { title: "没有找到这户", tab: "list", nodes: [back(app)] };
  const place = `newcomer/${id}`;
  const draft = (await app.store.drafted(place)) ?? {};
  const problems = h("div");
  const relations = Object.entries(app.store.elements?.codes["GB/T 4761"] ?? {}).filter(([code]) => !HEADS.has(code));
  const form = h("form", { novalidate: true }, problems, card(app, problems),
    radios("known", "她在县里有登记吗", [["no", "没有，新登记"], ["yes", "有，从别处迁来"]], draft.known ?? "no"),
    text("name", "姓名", draft.name), text("id_number", "身份证号码", draft.id_number, "text", "还没有的留空，填性别和出生日期。"),
    radios("sex", "性别（没有身份证号才填）", [["1", "男"], ["2", "女"]], draft.sex ?? ""),
    text("birth_date", "出生日期（没有身份证号才填）", draft.birth_date, "date"),
    text("phone", "联系电话（选填）", draft.phone, "tel"),
    home.members.length > 0 && select("relation", "与户主的关系", relations, draft.relation),
    text("origin", "从哪里来（选填）", draft.origin),
    select("paper", "看了什么材料", Object.entries(PAPERS), draft.paper), text("ground", "说明（没有材料时必填）", draft.ground),
    h("button", { class: "main-button" }, "保存"));
  let open = true;
  const keep = async () => { if (open && form.dataset.touched) await app.store.draft(place, read(form)); };
  form.addEventListener("input", () => { form.dataset.touched = "1"; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = read(form);
    const wrong = mistakes(typed, home.members.length > 0);
    fill(problems, ...(wrong.length ? [summary(wrong)] : []));
    if (wrong.length || !(await saved(app, arriving(id, typed)))) return;
    open = false;
    await app.store.draft(place, null);
    app.back();
  });
  return { title: "添加成员", tab: "list", leave: keep, nodes: [back(app, home.address), form] };
}

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
function read(form) {
  return Object.fromEntries([...new FormData(form)].flatMap(([name, value]) => (typeof value === "string" ? [[name, value.trim()]] : [])));
}

/** @param {Record<string, string>} typed @param {boolean} others whether somebody lives there */
function mistakes(typed, others) {
  const wrong = [];
  const number = plain(typed.id_number);
  if (!typed.name || [...typed.name].length > NAME_MOST) wrong.push("请填写姓名。");
  if (number && idNumber(number)) wrong.push(idNumber(number));
  if (!number && typed.known === "yes") wrong.push("已有登记的人，请填写身份证号码。");
  if (!number && typed.known !== "yes" && (!typed.sex || !typed.birth_date)) wrong.push("没有身份证号的，请填写性别和出生日期。");
  if (typed.birth_date && typed.birth_date > today()) wrong.push("出生日期不能晚于今天。");
  if (others && !typed.relation) wrong.push("请选择与户主的关系。");
  if (!typed.paper && !typed.ground) wrong.push("请选择看了什么材料，或写明情况。");
  return wrong;
}

/**
 * The order, as models/lifeevents/order.py has it.
 * @param {string} id @param {Record<string, string>} typed
 */
function arriving(id, typed) {
  const number = plain(typed.id_number);
  const why = given({ on: today(), ground: typed.ground, paper: typed.paper, relation: typed.relation });
  if (typed.known === "yes") return { kind: "person.move", home: id, order: { ...why, who: { id_number: number, name: typed.name } } };
  const told = number ? { id_number: number } : { sex: typed.sex, birth_date: typed.birth_date };
  const person = given({ name: typed.name, ...told, phone: typed.phone });
  return { kind: "person.add", home: id, order: { ...why, newcomer: person, ...given({ origin: typed.origin }) } };
}

/**
 * Without what was left empty.
 * @param {Record<string, string | undefined>} fields
 */
function given(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
}

/** @param {string | undefined} number */
function plain(number) {
  return (number ?? "").normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
}

/**
 * A photograph of the card: read by the server, stored nowhere.
 * @param {App} app @param {HTMLElement} problems
 */
function card(app, problems) {
  const told = h("p", { class: "small", role: "status" });
  const input = h("input", { type: "file", id: "f-card", accept: "image/*", capture: "environment", onchange: async () => {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    if (!navigator.onLine) { told.textContent = "现在没有信号，不能识别身份证，请直接填写。"; return; }
    told.textContent = "正在识别，照片不会保存…";
    try {
      const body = new FormData();
      body.append("photo", file);
      const seen = await (await app.wire.ask("POST", "/login/card", {}, body)).json();
      const form = /** @type {HTMLFormElement} */ (input.form);
      for (const name of ["name", "id_number"]) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement && seen[name]) field.value = seen[name];
      }
      form.dispatchEvent(new Event("input", { bubbles: true }));
      told.textContent = seen.doubts?.length ? "识别好了，有的字没拍清楚，请对照身份证逐字核对。" : "识别好了，请对照身份证核对。";
    } catch (error) {
      told.textContent = "";
      fill(problems, summary([error instanceof Refused ? error.message : "没有识别出来，请再拍一次，或直接填写。"], "没有识别出来"));
    }
  } });
  return h("div", { class: "field" }, h("label", { class: "pick", for: "f-card" }, icon("camera"), "拍身份证识别", input), told);
}

/**
 * Somebody leaves.
 * @param {App} app @param {{id: string, person: string}} args @returns {Promise<import("./app.js").Shown>}
 */
export async function leaving(app, { id, person }) {
  const home = app.store.home(id);
  const member = home?.members.find((each) => each.id === person);
  if (!home || !member) return { title: "没有找到这个人", tab: "list", nodes: [back(app)] };
  const problems = h("div");
  const form = h("form", { novalidate: true, onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const typed = read(form);
    const wrong = [...(typed.where ? [] : ["请填写去了哪里。"]), ...(typed.paper || typed.ground ? [] : ["请选择看了什么材料，或写明情况。"])];
    fill(problems, ...(wrong.length ? [summary(wrong)] : []));
    const why = given({ on: typed.on || today(), ground: typed.ground, paper: typed.paper });
    const order = { ...why, who: { person }, where: typed.where, registered: typed.registered === "yes" };
    if (!wrong.length && (await saved(app, { kind: "person.left", home: id, order }))) app.back();
  } }, problems, text("on", "哪天", today(), "date"), text("where", "去了哪里", ""),
  radios("registered", "户口也迁走了吗", [["yes", "迁走了"], ["no", "没有"]], "no"),
  select("paper", "看了什么材料", Object.entries(PAPERS), ""), text("ground", "说明（没有材料时必填）", ""), h("button", { class: "main-button" }, "保存"));
  return { title: `${nameOf(member)}迁出`, tab: "list", nodes: [back(app, home.address), form] };
}

/** @param {string} name @param {string} label @param {string | undefined} value @param {string} [type] @param {string} [hint] */
function text(name, label, value, type = "text", hint = "") {
  return h("div", { class: "field" }, h("label", { for: `f-${name}` }, label), hint && h("p", { class: "hint", id: `h-${name}` }, hint),
    h("input", { id: `f-${name}`, name, type, value: value ?? "", autocomplete: "off", "aria-describedby": hint ? `h-${name}` : undefined }));
}

/** @param {string} name @param {string} label @param {[string, string][]} offered @param {string} value */
function radios(name, label, offered, value) {
  return h("fieldset", { class: "field" }, h("legend", null, label), h("div", { class: "choices side" }, offered.map(([code, word]) => (
    h("label", { class: "choice" }, h("input", { type: "radio", name, value: code, checked: code === value }), h("span", null, word))))));
}

/** @param {string} name @param {string} label @param {[string, string][]} offered @param {string | undefined} value */
function select(name, label, offered, value) {
  return h("div", { class: "field" }, h("label", { for: `f-${name}` }, label), h("select", { id: `f-${name}`, name }, h("option", { value: "" }, "请选择"),
    offered.map(([code, word]) => h("option", { value: code, selected: code === value }, word))));
}
