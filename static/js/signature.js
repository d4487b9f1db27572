// A pad to sign on with a finger. The typed name stays: it counts alone, and it is what a screen reader can use.

import { post, token } from "./upload.js";

for (const box of document.querySelectorAll("[data-signature]")) start(/** @type {HTMLElement} */ (box));

/** @param {HTMLElement} box */
function start(box) {
  const held = /** @type {HTMLInputElement} */ (box.querySelector('input[type="hidden"]'));
  const pad = document.createElement("canvas");
  pad.className = "pad";
  pad.setAttribute("role", "img");
  pad.setAttribute("aria-label", "手写签名板");
  const told = document.createElement("p");
  told.textContent = "也可以在下面的框里用手指写：";
  const line = document.createElement("p");
  line.className = "small";
  line.setAttribute("role", "status");
  const again = document.createElement("button");
  Object.assign(again, { type: "button", textContent: "重写" });
  box.append(told, pad, again, line);

  const pen = sized(pad);
  if (!pen) return;
  let drawn = false;
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(event.offsetX, event.offsetY);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(event.offsetX, event.offsetY);
    pen.stroke();
    drawn = true;
  });
  // Sent on lifting the finger after a second's rest, not after each stroke: a name has several.
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;
  pad.addEventListener("pointerdown", () => clearTimeout(resting));
  pad.addEventListener("pointerup", () => {
    if (drawn) resting = setTimeout(() => send(pad, held, line, token(box)), 1000);
  });
  again.addEventListener("click", () => {
    clearTimeout(resting);
    pen.clearRect(0, 0, pad.width, pad.height);
    held.value = "";
    drawn = false;
    line.textContent = "";
  });
}

/** @param {HTMLCanvasElement} pad */
function sized(pad) {
  const scale = Math.min(devicePixelRatio || 1, 2);
  pad.width = pad.clientWidth * scale;
  pad.height = pad.clientHeight * scale;
  const pen = pad.getContext("2d");
  if (!pen) return null;
  pen.scale(scale, scale);
  pen.lineWidth = 3;
  pen.lineCap = pen.lineJoin = "round";
  return pen;
}

/** @param {HTMLCanvasElement} pad @param {HTMLInputElement} held @param {HTMLElement} line @param {string} xsrf */
async function send(pad, held, line, xsrf) {
  const blob = await new Promise((done) => pad.toBlob(done, "image/png"));
  if (!(blob instanceof Blob)) return;
  try {
    held.value = (await post(blob, "signature.png", xsrf, () => {})).id;
    line.textContent = "签名已存好。";
    held.dispatchEvent(new Event("input", { bubbles: true }));
  } catch {
    line.textContent = "签名没有传上去。请再写一次，或在上面输入姓名。";
  }
}
