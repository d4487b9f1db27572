// Before the store is open: the welcome, the first unlock, unlocking, and what to do when it is forgotten.

import { weak } from "./crypto.js";
import { h, icon } from "./dom.js";
import { setUp, SPEAK, triesOf, unlock } from "./guard.js";
import { summary } from "./pieces.js";
import { unsent } from "./store.js";
import { Refused } from "./wire.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").Shown} Shown */

/**
 * A phone that knows nothing yet: only with a session is there something to protect.
 * @param {App} app @returns {Promise<Shown>}
 */
export async function welcome(app) {
  try {
    await app.wire.get("/grid/elements");
  } catch (error) {
    const refused = /** @type {Refused} */ (error);
    const login = h("a", { class: "button main-button", href: "/staff/login?next=/grid/app" }, "登录工作人员账号");
    const told = refused.kind === "login" ? "先用您的工作人员账号登录一次，之后没有信号也能用。" : refused.message;
    const again = h("button", { type: "button", class: "main-button", onclick: () => app.go("welcome", {}, true) }, "再试一次");
    return { title: "我的网格", nodes: [h("p", null, told), refused.kind === "login" ? login : again, plainPages()] };
  }
  return choose(async (secret) => app.open(await setUp(app.db, secret)));
}

/**
 * A new unlock, typed twice.
 * @param {(secret: string) => Promise<void>} done @param {string} [title] @returns {Shown}
 */
export function choose(done, title = "设置解锁口令") {
  const [first, second] = [secretField("解锁口令", "new"), secretField("再填一遍", "again")];
  const problems = h("div");
  const button = h("button", { class: "main-button" }, "设置好了");
  const form = h("form", { novalidate: true, onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const [secret, again] = [first, second].map((field) => /** @type {HTMLInputElement} */ (field.querySelector("input")).value);
    const wrong = weak(secret) || (secret === again ? "" : "两遍填的不一样，请重新填。");
    problems.replaceChildren(...(wrong ? [summary([wrong], "还不能用这个口令")] : []));
    if (wrong || button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    await done(secret);
  } }, first, second, button);
  const why = h("p", null, "居民资料会加密存在这部手机里，只有这个口令能打开。口令不会发给任何人，服务器也不知道；忘记了就只能清除手机里的资料，登录后重新同步。");
  return { title, nodes: [why, problems, form] };
}

/** @param {App} app @returns {Promise<Shown>} */
export async function unlocking(app) {
  const tries = await triesOf(app.db);
  const field = secretField("解锁口令", "current");
  const input = /** @type {HTMLInputElement} */ (field.querySelector("input"));
  const told = h("div");
  const button = h("button", { class: "main-button" }, icon("lock"), "解锁");
  const form = h("form", { novalidate: true, onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const vault = await unlock(app.db, input.value);
    button.ariaBusy = "false";
    if (vault) { await app.open(vault); return; }
    input.value = "";
    tell(told, button, await triesOf(app.db), true);
  } }, field, button);
  tell(told, button, tries, false);
  const forgot = h("button", { type: "button", class: "plain", onclick: () => app.go("forgot") }, "忘记了解锁口令");
  requestAnimationFrame(() => input.focus());
  return { title: "已锁定", nodes: [told, form, h("p", null, forgot)] };
}

/** Wrong tries: how long to wait, and from some number on what else there is.
 * @param {HTMLElement} told @param {HTMLButtonElement} button @param {import("./guard.js").Tries} tries @param {boolean} now */
function tell(told, button, tries, now) {
  const left = Math.ceil((tries.until - Date.now()) / 1000);
  const words = now ? ["口令不对。"] : [];
  if (left > 0) words.push(`已经错了${tries.wrong}次，请等${left < 90 ? `${left}秒` : `${Math.ceil(left / 60)}分钟`}再试。`);
  if (tries.wrong >= SPEAK) words.push("想不起来时，可以点下面的“忘记了解锁口令”。资料不会因为试错而被清除。");
  told.replaceChildren(...(words.length ? [h("p", { class: "problem", role: "alert" }, words.join(""))] : []));
  button.disabled = left > 0;
  if (left > 0) setTimeout(() => { if (button.isConnected) tell(told, button, tries, false); }, 1000);
}

/**
 * Only after she has said twice that what was not sent may be lost.
 * @param {App} app @returns {Promise<Shown>}
 */
export async function forgot(app) {
  const { waiting, needs, photos } = await unsent(app.db);
  const losing = waiting + needs + photos > 0;
  const lost = h("p", { class: "todo" }, h("b", null, `还有 ${waiting} 条没有发送、${needs} 条需您处理、${photos} 张照片没有上传。`), "清除以后找不回来，只能重新走访、重新填写。");
  const typed = h("input", { id: "f-sure", autocomplete: "off" });
  const told = h("div");
  const sure = h("input", { type: "checkbox", id: "f-known" });
  const form = h("form", { novalidate: true, onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const wrong = losing && !sure.checked ? "请先勾选您知道没有发送的内容会丢失。" : typed.value.trim() === "清除" ? "" : "请在框里填写“清除”两个字。";
    told.replaceChildren(...(wrong ? [summary([wrong], "没有清除")] : []));
    if (!wrong) await app.wipe(false);
  } },
  losing && h("label", { class: "choice" }, sure, h("span", null, "我知道，没有发送的内容会永远丢失")),
  h("div", { class: "field" }, h("label", { for: "f-sure" }, "填写“清除”两个字"), typed),
  h("button", { class: "main-button refuse-button" }, "清除这部手机里的资料"));
  const stay = h("button", { type: "button", onclick: () => app.go("unlock", {}, true) }, "不清除，再想想口令");
  return { title: "忘记了解锁口令", nodes: [h("p", null, "口令没有存在任何地方，谁也找不回来。可以清除这部手机里的资料，登录后重新同步，再设一个口令。已经发送的内容都在服务器上，不受影响。"), losing ? lost : null, told, form, h("p", null, stay)] };
}

/** @returns {Promise<Shown>} */
export async function wiped() {
  const again = h("a", { class: "button", href: "/grid/app" }, "重新开始");
  return { title: "已清除", nodes: [h("p", null, "这部手机被报失，里面的居民资料已经按要求清除。没有发送的内容也一起清除了。"), h("p", null, "如果手机在您手里，请联系管理员，登录后重新同步。"), again] };
}

/** @param {string} label @param {"new" | "again" | "current"} kind */
function secretField(label, kind) {
  const hint = kind === "new" ? h("p", { class: "hint", id: `h-${kind}` }, "6个以上的字母、汉字和数字；只用数字要8位以上。") : null;
  const input = h("input", { id: `f-${kind}`, type: "password", autocomplete: kind === "current" ? "current-password" : "new-password", "aria-describedby": hint ? `h-${kind}` : undefined });
  return h("div", { class: "field" }, h("label", { for: `f-${kind}` }, label), hint, input);
}

function plainPages() {
  return h("p", null, "不想在这部手机上存资料，可以用", h("a", { href: "/grid/?page=1" }, "网页版"), "。");
}
