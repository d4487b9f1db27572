// The truth about what was sent and what was not; and what belongs to the store: space, unlock, taking the queue along.

import { h, icon } from "./dom.js";
import { change, large } from "./guard.js";
import { kindWords } from "./ops.js";
import { ago, back } from "./pieces.js";
import { takeaway } from "./takeaway.js";
import { choose } from "./unlock.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./store.js").Entry} Entry */

const SHOWN = 30;
const TIGHT = 50_000_000; // bytes left below which it is said
const SKEW = 120_000; // ms
const FILED = 1000; // operations in an exported file
const FILE = 900_000; // characters of their texts: at most 4 MB as it is written down

const SAID = /** @type {Record<string, string>} */ ({ created: "已送达", same: "已送达", review: "已送达，等待审核", conflict: "已送达", invalid: "已处理", refused: "已处理" });

/** @param {App} app @returns {Promise<import("./app.js").Shown>} */
export async function syncing(app) {
  const { done, waiting, needs, photos } = await app.store.counts();
  const queue = app.store.queue;
  const oldest = queue.find((entry) => entry.state === "waiting" || entry.state === "held");
  const standing = app.engine?.standing;
  return { title: "同步", tab: "syncing", live: true, nodes: [
    h("dl", { class: "facts counts" },
      pair("已送达", done, ""), pair("待发送", waiting, oldest ? `最早 ${ago(Date.parse(oldest.at))}` : "", waiting ? "waiting" : ""),
      pair("需您处理", needs, "", needs ? "refused" : ""), pair("待传照片", photos, "")),
    h("p", { role: "status" }, stateWords(app)),
    h("button", { type: "button", class: "main-button", "aria-busy": standing?.busy ? "true" : undefined, onclick: () => app.engine?.run() }, icon("sync"), "现在同步"),
    ...wanting(app, queue), ...listed("待发送", queue.filter((entry) => entry.state === "waiting" || entry.state === "held")),
    ...listed("最近送达", queue.filter((entry) => entry.state === "done").reverse()),
    await space(app), ...own(app),
  ] };
}

/** @param {string} label @param {number} count @param {string} more @param {string} [tone] */
function pair(label, count, more, tone = "") {
  return h("div", null, h("dt", null, label), h("dd", null, h("b", { class: `big number ${tone}` }, count), more && h("small", null, more)));
}

/** @param {App} app */
function stateWords(app) {
  const standing = app.engine?.standing;
  const synced = app.store.facts.get("synced");
  const last = synced ? `上次同步：${ago(Date.parse(synced))}。` : "还没有同步过。";
  if (standing?.busy === "send") return "正在发送…";
  if (standing?.busy === "pull") return standing.homes ? `正在同步，已取到 ${standing.homes} 户…` : "正在同步…";
  if (standing?.refused) return `${standing.refused.message}${last}`;
  const skew = Number(app.store.facts.get("device")?.skew_ms ?? 0);
  if (Math.abs(skew) > SKEW) return `${last}手机的时间${skew > 0 ? "快" : "慢"}了约${Math.round(Math.abs(skew) / 60_000)}分钟，请在手机设置里改成自动设置。`;
  return last;
}

/**
 * What a person has to decide.
 * @param {App} app @param {Entry[]} queue
 */
function wanting(app, queue) {
  const entries = queue.filter((entry) => entry.state === "needs");
  if (!entries.length) return [];
  return [h("h2", null, `需您处理（${entries.length}）`), h("ul", { class: "entries" }, entries.map((entry) => (
    h("li", null, h("span", null, line(entry)), h("button", { type: "button", onclick: () => app.go("workbench", { seq: entry.seq }) }, "处理")))))];
}

/** @param {string} label @param {Entry[]} entries */
function listed(label, entries) {
  if (!entries.length) return [];
  return [h("details", null, h("summary", null, `${label}（${entries.length}）`), h("ul", { class: "entries" }, entries.slice(0, SHOWN).map((entry) => (
    h("li", null, h("span", null, line(entry)), h("span", { class: "quiet" }, entry.state === "held" ? "服务器已收到，等前一条" : entry.state === "waiting" ? ago(Date.parse(entry.at)) : SAID[entry.answer?.is] ?? ""))))))];
}

/** @param {Entry} entry */
function line(entry) {
  const what = entry.text ? kindWords(JSON.parse(entry.text)) : { visit: "走访", unchanged: "核对：无变化", task: "发现的问题" }[entry.kind] ?? "修改";
  return entry.address ? `${entry.address}，${what}` : what;
}

/**
 * Whether the phone may throw the store away, and how much room is left.
 * @param {App} app
 */
async function space(app) {
  const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const kept = (await navigator.storage?.persisted?.()) ?? false;
  const tight = quota > 0 && quota - usage < TIGHT;
  const words = [`资料占用 ${megabytes(usage)}，手机还给本应用留了 ${megabytes(Math.max(0, quota - usage))}。`];
  if (tight) words.push("空间快满了：请先同步，再删除手机里不用的照片或应用，否则新的走访可能存不下。");
  if (!kept) words.push("浏览器没有答应长期保留：手机空间紧张时，系统可能清掉这里的资料。把本页添加到桌面、常打开，并及时同步，可以避免。");
  const ask = h("button", { type: "button", onclick: async () => { await navigator.storage?.persist?.(); app.go("syncing"); } }, "请浏览器长期保留");
  return h("section", { class: tight || !kept ? "todo" : "note" }, h("h2", null, "存储"), h("p", null, words.join("")), !kept && ask);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return bytes > 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {App} app */
function own(app) {
  return [h("section", { class: "stack-small" }, h("h2", null, "这部手机"),
    h("div", { class: "buttons" },
      h("button", { type: "button", onclick: () => app.lock() }, icon("lock"), "现在锁定"),
      h("button", { type: "button", onclick: () => large(app.db, !document.documentElement.classList.contains("elder")) }, "长辈版（大字）"),
      h("button", { type: "button", onclick: () => app.go("newlock") }, "换解锁口令"),
      h("button", { type: "button", onclick: () => carry(app) }, "导出没有发送的内容"),
      h("button", { type: "button", class: "refuse", onclick: () => app.go("forgot") }, "清除这部手机里的资料")),
    h("p", { class: "hint" }, "导出的文件是加密的，只有服务器能打开。一直发不出去时，把它拷到电脑，在“离线队列导入”里上传。照片不在文件里。"),
    h("p", { class: "hint" }, "手机丢了？用电脑登录，在“我的登录”里报失，它下次联网就会清除。"),
    h("p", { class: "quiet" }, `版本 ${app.release}`))];
}

/**
 * As much as the server takes in one file.
 * @param {Entry[]} entries @returns {Entry[][]}
 */
function parted(entries) {
  /** @type {Entry[][]} */
  const parts = [[]];
  let length = 0;
  for (const entry of entries) {
    length += entry.text?.length ?? 0;
    if (parts[parts.length - 1].length >= FILED || length > FILE) {
      parts.push([]);
      length = entry.text?.length ?? 0;
    }
    parts[parts.length - 1].push(entry);
  }
  return parts;
}

/**
 * The queue as a file that only the server opens.
 * @param {App} app
 */
async function carry(app) {
  const device = app.store.facts.get("device");
  const entries = app.store.queue.filter((entry) => entry.state === "waiting" || entry.state === "held");
  if (!device?.queue_key || !entries.length) {
    app.say(entries.length ? "还没有同步过，不能导出。" : "没有等着发送的内容，不用导出。");
    return;
  }
  const stamp = new Date().toISOString().slice(0, 16).replace(/\D/g, "");
  const parts = parted(entries);
  for (const [at, part] of parts.entries()) {
    const address = URL.createObjectURL(new Blob([await takeaway(device, app.store.device, part)], { type: "application/json" }));
    h("a", { href: address, download: `grid-queue-${stamp}${parts.length > 1 ? `-${at + 1}` : ""}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
  app.say(`已导出 ${entries.length} 条`);
}

/** @param {App} app @returns {Promise<import("./app.js").Shown>} */
export async function newLockView(app) {
  const shown = choose(async (secret) => {
    await change(app.db, app.store.vault, secret);
    await app.go("syncing");
    app.say("已换好解锁口令");
  }, "换解锁口令");
  return { ...shown, tab: "syncing", nodes: [back(app), ...shown.nodes] };
}
