// A plate: through the camera, on an ordinary photo, or typed. The phone reads it itself, so it works without a signal.

import { fill, h, icon } from "./dom.js";
import { pixels } from "./photos.js";
import { read } from "./plate.js";
import { summary } from "./pieces.js";
import { sight } from "./sight.js";
import { Refused } from "./wire.js";

/** @typedef {import("./app.js").App} App */

const LOOK = 160; // ms between two looks through the camera
const SEEN = 800; // px to the longer side of what is looked at
const PHOTO = 1400;

/** @param {App} app @returns {Promise<import("./app.js").Shown>} */
export async function scan(app) {
  const told = h("div");
  const camera = viewfinder((text) => opened(app, told, text));
  const code = h("input", { id: "f-code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", inputmode: "text", "aria-describedby": "h-code" });
  const form = h("form", { novalidate: true, onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); opened(app, told, code.value); } },
    h("div", { class: "field" }, h("label", { for: "f-code" }, "输入门牌编号"), h("p", { class: "hint", id: "h-code" }, "印在码的下方，12位；空格、大小写都可以。"), code), h("button", { class: "main-button" }, "找这户"));
  const photo = h("input", { type: "file", id: "f-plate", accept: "image/*", capture: "environment", onchange: async () => {
    const file = photo.files?.[0];
    photo.value = "";
    if (file) await photographed(app, told, file);
  } });
  return { title: "扫门牌", tab: "scan", leave: () => camera.stop(), nodes: [told, camera.node, h("label", { class: "pick", for: "f-plate" }, icon("camera"), "拍一张门牌的照片", photo), form] };
}

/**
 * The household behind what was read; a sentence where there is none.
 * @param {App} app @param {HTMLElement} told @param {string} text
 */
async function opened(app, told, text) {
  const { code, message } = read(text);
  const home = code && app.store.behind(code);
  if (home) { await app.go("home", { id: home.id }); return; }
  fill(told, summary([message || (navigator.onLine ? "这个门牌不在您的网格里，或者刚换过门牌。请先同步，再扫一次。" : "手机里没有这个门牌。可能不在您的网格，或者是新换的；有信号时同步后再扫。")], "没有找到这户"));
}

/**
 * Read on the phone; what it cannot read goes to the server where there is a signal.
 * @param {App} app @param {HTMLElement} told @param {File} file
 */
async function photographed(app, told, file) {
  fill(told, h("p", { role: "status" }, "正在识别照片…"));
  try {
    const text = sight(await pixels(file, PHOTO)) || sight(await pixels(file, SEEN));
    if (text) { await opened(app, told, text); return; }
  } catch {
    fill(told, summary(["这个文件不是能打开的照片，请用手机拍照后再试。"], "没有读出来"));
    return;
  }
  if (!navigator.onLine) {
    fill(told, summary(["照片里没有读出门牌上的码。现在没有信号，不能请服务器再认一遍。请把码拍得大一些、正一些，或输入码下方的12位字符。"], "没有读出来"));
    return;
  }
  try {
    const body = new FormData();
    body.append("photo", file);
    const reply = await app.wire.ask("POST", "/grid/plate", {}, body);
    await opened(app, told, (await reply.json()).code);
  } catch (error) {
    fill(told, summary([error instanceof Refused ? error.message : "没有读出来，请再拍一次。"], "没有读出来"));
  }
}

/**
 * The camera's picture, looked at a few times a second.
 * @param {(text: string) => void} found
 */
function viewfinder(found) {
  const video = h("video", { playsinline: true, muted: true, class: "viewfinder", hidden: true, "aria-label": "取景框" });
  const told = h("p", { class: "small", role: "status" });
  /** @type {MediaStream | null} */
  let stream = null;
  let ended = false;
  const button = h("button", { type: "button", class: "main-button", onclick: async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
    } catch {
      told.textContent = "打不开相机。请在浏览器设置里允许使用相机，或者拍一张照片、输入编号。";
      return;
    }
    if (ended) { stop(); return; }
    [video.srcObject, video.hidden, button.hidden] = [stream, false, true];
    told.textContent = "请对准门牌上的码。";
    await video.play();
    watch();
  } }, icon("scan"), "打开相机扫码");
  const watch = async () => {
    const reader = await nativeReader();
    while (!ended && stream) {
      const text = await look(video, reader);
      if (text && !ended) {
        stop();
        found(text);
        [video.hidden, button.hidden, told.textContent] = [true, false, ""];
        return;
      }
      await new Promise((done) => setTimeout(done, LOOK));
    }
  };
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
  };
  const able = Boolean(navigator.mediaDevices?.getUserMedia);
  return { node: h("div", { class: "stack-small" }, able && button, video, told), stop: () => { ended = true; stop(); } };
}

/**
 * The browser's own reader, where it has one that works.
 * @returns {Promise<any>}
 */
async function nativeReader() {
  const Reader = /** @type {any} */ (globalThis).BarcodeDetector;
  try {
    return Reader && (await Reader.getSupportedFormats()).includes("qr_code") ? new Reader({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

/** @param {HTMLVideoElement} video @param {any} reader @returns {Promise<string>} */
async function look(video, reader) {
  if (!video.videoWidth) return "";
  try {
    if (reader) return (await reader.detect(video))[0]?.rawValue ?? "";
  } catch {
    /* a reader that promises and fails: ours does it */
  }
  try {
    return sight(await pixels(video, SEEN));
  } catch {
    return "";
  }
}
