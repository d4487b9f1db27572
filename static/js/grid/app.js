// The app: opens the store, shows one view at a time, and keeps the bars at the top true.

import { deviceOf, destroy, openDatabase, Store } from "./store.js";
import { Engine, wipeOrdered } from "./engine.js";
import { fill, h, icon } from "./dom.js";
import { hasLock, large, watch } from "./guard.js";
import { keepShell } from "./update.js";
import { VIEWS } from "./views.js";
import { Wire } from "./wire.js";

/** @typedef {{title: string, tab?: string, nodes: (Node | null | false)[], live?: boolean, leave?: () => void | Promise<void>}} Shown
 *   ``live``: drawn anew when the queue or the households change; ``leave``: before another view comes */
/** @typedef {{view: string, args: any}} Route */

const TABS = [["list", "我的网格", "grid"], ["scan", "扫码", "scan"], ["visits", "走访", "visit"], ["syncing", "同步", "sync"]];
const SAID = 6000; // ms
const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class App {
  /** @param {IDBDatabase} db @param {string} device */
  constructor(db, device) {
    this.db = db;
    this.wire = new Wire(device);
    this.release = place("main").dataset.version ?? "";
    /** @type {Store | null} */
    this.opened = null;
    /** @type {Engine | null} */
    this.engine = null;
    /** @type {Route[]} what the history's numbers mean; nothing of it is written into the history, which browsers keep in the open */
    this.routes = [];
    /** @type {Shown | null} */
    this.shown = null;
    /** @type {Route} */
    this.route = { view: "", args: {} };
    this.bars = new Map();
    this.said = "";
    addEventListener("popstate", (event) => this.#show(this.routes[event.state ?? 0] ?? { view: "list", args: {} }));
    addEventListener("online", () => this.#connection());
    addEventListener("offline", () => this.#connection());
  }

  /** The open store: there is one wherever a view of it is shown. */
  get store() {
    if (!this.opened) throw new Error("locked");
    return this.opened;
  }

  /** @param {import("./crypto.js").Vault} vault */
  async open(vault) {
    this.opened = await new Store(this.db, vault, this.wire.device).load();
    this.engine = new Engine(this.opened, this.wire, this.release);
    this.engine.addEventListener("changed", () => this.#changed());
    this.engine.addEventListener("wipe", () => this.wipe());
    this.unwatch = watch(() => this.lock());
    await navigator.storage?.persist?.();
    this.engine.start();
    this.routes = [];
    await this.go("list", {}, true);
  }

  /** Close the store: the key is forgotten, and with it everything that it opened. */
  async lock() {
    if (!this.opened) return;
    await this.shown?.leave?.();
    this.engine?.stop();
    this.unwatch?.();
    [this.opened, this.engine, this.routes, this.shown] = [null, null, [], null];
    this.bars.clear();
    await this.go("unlock", {}, true);
  }

  /**
   * As the server ordered, or as she decided.
   * @param {boolean} [ordered]
   */
  async wipe(ordered = true) {
    this.engine?.stop();
    [this.opened, this.engine, this.shown] = [null, null, null];
    await destroy(this.db);
    if (ordered) await this.wire.post("/grid/device/wiped", {}).catch(() => null);
    if (ordered) await this.#show({ view: "wiped", args: {} });
    else location.replace("/grid/app");
  }

  /** @param {string} view @param {any} [args] @param {boolean} [first] instead of what is shown */
  async go(view, args = {}, first = false) {
    const route = { view, args };
    if (first || !this.routes.length) {
      this.routes = [route];
      history.replaceState(0, "");
    } else {
      const at = (history.state ?? 0) + 1;
      this.routes.splice(at, this.routes.length, route);
      history.pushState(at, "");
    }
    await this.#show(route);
  }

  back() {
    if (history.state > 0) history.back();
    else this.go("list", {}, true);
  }

  /**
   * A line that is read out and goes away by itself.
   * @param {string} text
   */
  say(text) {
    this.said = text;
    this.#state();
    clearTimeout(this.saying);
    this.saying = setTimeout(() => { this.said = ""; this.#state(); }, SAID);
  }

  /**
   * A bar at the top, or none.
   * @param {string} name @param {(Node | string)[]} content
   */
  bar(name, ...content) {
    if (content.length) this.bars.set(name, h("div", { class: "bar-line" }, ...content));
    else this.bars.delete(name);
    fill(place("bars"), ...this.bars.values());
  }

  /** @param {Route} route */
  async #show(route) {
    await this.shown?.leave?.();
    const locked = !this.opened && !VIEWS[route.view]?.closed;
    this.route = locked ? { view: "unlock", args: {} } : route;
    await this.#draw();
    scrollTo(0, 0);
    place("title").focus({ preventScroll: true });
  }

  async #draw() {
    const route = this.route;
    const shown = await VIEWS[route.view].show(this, route.args);
    if (route !== this.route) return; // another view was opened meanwhile
    this.shown = shown;
    const office = place("main").dataset.office ?? "";
    document.title = `${shown.title} - ${office}`;
    place("title").textContent = shown.title;
    fill(place("main"), ...shown.nodes);
    this.#tabs(shown.tab ?? "");
    this.#connection();
    this.#state();
  }

  /** @param {string} current */
  #tabs(current) {
    const tabs = place("tabs");
    tabs.hidden = !this.opened;
    const needs = this.opened?.queue.filter((entry) => entry.state === "needs").length ?? 0;
    fill(tabs, ...TABS.map(([view, label, sign]) => h("button", {
      type: "button", "aria-current": view === current ? "page" : undefined, onclick: () => this.go(view, {}, view === "list"),
    }, icon(sign), h("span", null, label), view === "syncing" && needs > 0 && h("b", { class: "badge" }, needs, h("span", { class: "heard" }, "项需您处理")))));
  }

  #changed() {
    this.#state();
    this.#refusal();
    if (this.shown?.live) this.#draw();
  }

  /** The line at the top: what was just done, and how it stands. */
  #state() {
    if (!this.opened) { place("state").textContent = ""; return; }
    const waiting = this.opened.queue.filter((entry) => entry.state === "waiting" || entry.state === "held").length;
    const busy = { "": "", send: "正在发送…", pull: "正在同步…" }[this.engine?.standing.busy ?? ""];
    place("state").textContent = [this.said, busy || (waiting ? `待发送 ${waiting}` : "")].filter(Boolean).join("，");
  }

  #connection() {
    if (navigator.onLine) this.bar("line");
    else this.bar("line", icon("warn"), h("span", null, "没有信号。查看、填写都能继续，内容先存在手机里。"));
  }

  #refusal() {
    const refused = this.engine?.standing.refused;
    if (refused?.kind === "login" || refused?.code === "device.other") {
      const login = h("a", { class: "button", href: "/staff/login?next=/grid/app" }, "去登录");
      this.bar("refused", icon("warn"), h("span", null, refused.message), login);
    } else if (refused && refused.kind !== "later") this.bar("refused", icon("warn"), h("span", null, refused.message));
    else this.bar("refused");
  }
}

async function main() {
  const db = await openDatabase();
  await large(db);
  const device = await deviceOf(db);
  const app = new App(db, device);
  keepShell(app);
  const locked = await hasLock(db);
  // A lost phone is emptied at its first contact, before anybody has unlocked anything.
  if (locked) wipeOrdered(app.wire).then((ordered) => { if (ordered) app.wipe(); });
  await app.go(locked ? "unlock" : "welcome", {}, true);
}

main();
