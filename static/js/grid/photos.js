// Photos as they go into the queue: small, upright, without what the camera wrote into them, and named by their hash.

import { sha256 } from "./crypto.js";

const LONGEST = 1600; // px: a wall's crack and a page of A4 both still read well
const QUALITY = 0.8;
const UPRIGHT = /** @type {any} */ ({ imageOrientation: "from-image" });

/**
 * Drawn anew, so that place and time of the camera's own notes are gone before anything leaves the phone.
 * @param {Blob} file @returns {Promise<{hash: string, bytes: Uint8Array}>} Raises where it is no picture that opens
 */
export async function prepared(file) {
  const picture = await createImageBitmap(file, UPRIGHT);
  const canvas = scaled(picture, LONGEST);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!(blob instanceof Blob)) throw new Error("no picture");
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return { hash: await sha256(bytes), bytes };
}

/**
 * The pixels of a picture, for reading a symbol.
 * @param {ImageBitmapSource} from @param {number} longest @returns {Promise<ImageData>}
 */
export async function pixels(from, longest) {
  const picture = await createImageBitmap(from, UPRIGHT);
  const canvas = scaled(picture, longest);
  picture.close();
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, canvas.width, canvas.height);
}

/** @param {ImageBitmap} picture @param {number} longest */
function scaled(picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d", { willReadFrequently: true })?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}
