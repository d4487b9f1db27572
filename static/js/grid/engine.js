// When to send and fetch: at once when something was saved or the signal is back, later and later while it fails, and always
// saying truly how it stands.

import { pull } from "./puller.js";
import { send } from "./sender.js";
import { TABS } from "./store.js";
import { NO_SIGNAL, Refused } from "./wire.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./wire.js").Wire} Wire */
/** @typedef {{busy: "" | "send" | "pull", homes: number, refused: Refused | null, other: string}} Standing
 *   ``homes``: how many have come in this pull; ``other``: whose session this is, where it is not the store's */

const FIRST = 5; // seconds until the first try after a failed one
const LONGEST = 300;
const QUIET = 600; // seconds between looks when all is well
const GREET = 20 * 3600; // seconds between two times that the device says how it is

export class Engine extends EventTarget {
  /** @param {Store} store @param {Wire} wire @param {string} release */
  constructor(store, wire, release) {
    super();
    this.store = store;
    this.wire = wire;
    this.release = release;
    /** @type {Standing} */
    this.standing = { busy: "", homes: 0, refused: null, other: "" };
    this.failures = 0;
    this.stopped = false;
    this.again = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.wake = () => { this.run(); };
    this.heard = async (/** @type {MessageEvent} */ event) => {
      await (event.data === "homes" ? store.load() : store.reload());
      this.dispatchEvent(new Event("changed"));
    };
  }

  start() {
    addEventListener("online", this.wake);
    TABS.addEventListener("message", this.heard);
    this.wake();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    removeEventListener("online", this.wake);
    TABS.removeEventListener("message", this.heard);
  }

  /**
   * One round: say who we are, send, fetch. Never two at a time in one tab.
   * @returns {Promise<void>}
   */
  async run() {
    if (this.stopped) return;
    if (this.standing.busy) { this.again = true; return; }
    clearTimeout(this.timer);
    let wait = QUIET;
    try {
      if (!navigator.onLine) throw new Refused("later", NO_SIGNAL); // "online" wakes it
      wait = (await this.#round()) || QUIET;
      this.failures = 0;
      this.#tell({ busy: "", refused: null });
    } catch (error) {
      wait = this.#failed(error);
    }
    if (this.stopped) return;
    this.timer = setTimeout(this.wake, wait * 1000);
    if (this.again) {
      this.again = false;
      if (!this.standing.refused) this.wake();
    }
  }

  /** @returns {Promise<number>} seconds until the server wants to be asked again, 0 for no wish */
  async #round() {
    this.#tell({ busy: "send" });
    await this.#greet();
    const { sent, after } = await send(this.store, this.wire, () => this.#tell({}));
    this.#tell({ busy: "pull", homes: 0 });
    await pull(this.store, this.wire, (homes) => this.#tell({ homes }));
    if (sent) this.again = this.again || this.store.queue.some((entry) => entry.state === "waiting") && !after;
    return after;
  }

  /** Register the device, and find out whose session this is. Raises Refused. */
  async #greet() {
    const known = this.store.facts.get("device");
    const fresh = known && Date.now() - known.at < GREET * 1000 && !this.standing.other;
    if (fresh) return;
    const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    const persist = (await navigator.storage?.persisted?.()) ?? false;
    const label = deviceLabel();
    const told = await this.wire.post("/grid/device", { label, persist, quota, usage, app: this.release, now: new Date().toISOString() });
    if (told.wipe) throw new Refused("wipe", "这部手机已被要求清除资料。");
    if (known && told.account && known.account !== told.account) {
      this.standing.other = told.name ?? "别人";
      throw new Refused("refused", `现在登录的是${this.standing.other}，不是这部手机资料的主人。请退出后用本人账号登录，再同步。`, { code: "device.other" });
    }
    this.standing.other = "";
    await this.store.keep({ device: { ...told, at: Date.now() } });
  }

  /** @param {unknown} error @returns {number} seconds until the next try */
  #failed(error) {
    const refused = error instanceof Refused ? error : new Refused("refused", "手机上的资料没有存好，请重新打开应用再试。");
    if (!(error instanceof Refused)) console.warn(error);
    this.failures += 1;
    this.again = false;
    this.#tell({ busy: "", refused });
    if (refused.kind === "wipe") this.dispatchEvent(new Event("wipe"));
    const backoff = Math.min(LONGEST, FIRST * 2 ** Math.min(10, this.failures - 1)) * (0.75 + Math.random() / 2);
    return Math.max(refused.after, backoff);
  }

  /** @param {Partial<Standing>} news */
  #tell(news) {
    Object.assign(this.standing, news);
    this.dispatchEvent(new Event("changed"));
  }
}

/** What kind of device this is, as its owner would know it. */
function deviceLabel() {
  const agent = navigator.userAgent;
  const model = /Android[^;)]*;\s*([^;)]+?)(?:\s+Build|[;)])/.exec(agent)?.[1];
  return (model ?? (/iPhone|iPad|Macintosh|Windows|Linux/.exec(agent)?.[0] || "浏览器")).slice(0, 40);
}

/** Whether the server has ordered this device to be emptied; false without a signal. Needs no session.
 * @param {Wire} wire @returns {Promise<boolean>} */
export async function wipeOrdered(wire) {
  try {
    return Boolean((await wire.get("/grid/device")).wipe);
  } catch (error) {
    return error instanceof Refused && error.kind === "wipe";
  }
}
