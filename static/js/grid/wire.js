// Asking the server, and what its refusals mean for what lies on the phone.

/**
 * ``kind``: "login" (the session is over), "wipe", "restart" (begin a first sync), "old" (the app is), "later" (busy or no
 * signal; ``after`` seconds), "refused" (anything else, with ``status``, ``code`` and a sentence).
 */
export class Refused extends Error {
  /** @param {"login" | "wipe" | "restart" | "old" | "later" | "refused"} kind @param {string} message @param {{status?: number, code?: string, after?: number, reply?: Response}} [more] */
  constructor(kind, message, more = {}) {
    super(message);
    this.kind = kind;
    this.status = more.status ?? 0;
    this.code = more.code ?? "";
    this.after = more.after ?? 0;
    this.reply = more.reply;
  }
}

export const NO_SIGNAL = "现在没有信号，内容都在手机里，有信号时会接着发送。";
const PATIENCE = 60_000; // ms: a page of households on the slowest line takes ten seconds

export class Wire {
  /** @param {string} device */
  constructor(device) {
    this.device = device;
  }

  /** @param {string} path @param {Record<string, string>} [headers] @returns {Promise<any>} null for 304 */
  async get(path, headers = {}) {
    const reply = await this.ask("GET", path, headers);
    return reply.status === 304 ? null : { ...(await reply.json()), etag: reply.headers.get("Etag") ?? "" };
  }

  /** @param {string} path @param {unknown} body @returns {Promise<any>} */
  async post(path, body) {
    const reply = await this.ask("POST", path, { "Content-Type": "application/json" }, JSON.stringify(body));
    return reply.status === 204 ? null : reply.json();
  }

  /**
   * @param {string} method @param {string} path @param {Record<string, string>} headers @param {BodyInit} [body]
   * @returns {Promise<Response>} of a status below 400. Raises Refused
   */
  async ask(method, path, headers = {}, body = undefined) {
    /** @type {Response} */
    let reply;
    try {
      const signal = /** @type {any} */ (AbortSignal).timeout?.(PATIENCE); // newer than the checker's library
      const told = { Accept: "application/json", "X-Device": this.device, ...headers };
      reply = await fetch(path, { method, headers: told, body, signal, credentials: "same-origin", redirect: "error", cache: "no-store" });
    } catch {
      throw new Refused("later", NO_SIGNAL);
    }
    if (reply.status < 400) return reply;
    throw await refusal(reply);
  }
}

/** @param {Response} reply @returns {Promise<Refused>} */
async function refusal(reply) {
  const { error } = await reply.clone().json().catch(() => ({ error: null }));
  const [code, message] = [error?.code ?? "", error?.message ?? "服务器没有接受，请稍后再试。"];
  const more = { status: reply.status, code, after: Number(reply.headers.get("Retry-After") ?? 0), reply };
  if (reply.status === 401) return new Refused("login", "登录已过期，请登录后继续同步。内容都在手机里。", more);
  if (code === "device.wipe") return new Refused("wipe", message, more);
  if (code === "sync.restart") return new Refused("restart", message, more);
  if (reply.status === 426) return new Refused("old", "应用太旧，请先更新再同步。内容都在手机里。", more);
  if (reply.status === 429 || reply.status >= 500) return new Refused("later", message, more);
  return new Refused("refused", message, more);
}
