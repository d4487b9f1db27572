// The service worker, and a new version of the app: fetched whole in the background, taken when she says so. The queue lies in the
// database, which no version of the app's files touches.

import { h, icon } from "./dom.js";

/** @param {import("./app.js").App} app */
export async function keepShell(app) {
  if (!("serviceWorker" in navigator)) {
    app.bar("shell", icon("warn"), h("span", null, "这个浏览器不能离线打开本应用。请用手机自带的浏览器或 Chrome。"));
    return;
  }
  const found = await navigator.serviceWorker.register("/grid/sw.js", { scope: "/grid/", updateViaCache: "none" }).catch(() => null);
  if (!found) return;
  let controlled = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", async () => {
    // The first worker takes over a page of its own version; a later one brings another version, and all tabs begin again with it.
    if (controlled) {
      await app.shown?.leave?.();
      location.reload();
    }
    controlled = true;
  });
  const offer = () => { if (found.waiting && navigator.serviceWorker.controller) told(app, found.waiting); };
  found.addEventListener("updatefound", () => found.installing?.addEventListener("statechange", offer));
  offer();
  document.addEventListener("visibilitychange", () => { if (!document.hidden && navigator.onLine) found.update().catch(() => null); });
}

/** @param {import("./app.js").App} app @param {ServiceWorker} waiting */
function told(app, waiting) {
  const take = () => waiting.postMessage("take over");
  app.bar("shell", h("span", null, "新版本已经下载好。更新不会影响没有发送的内容。"), h("button", { type: "button", onclick: take }, "更新"));
}
