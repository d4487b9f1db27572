// Photos go up as soon as they are taken, made small first: villages have slow uplinks. Without scripts they travel
// with the form.

const LONGEST = 1600; // px; an A4 page photographed at that size still reads well
const QUALITY = 0.82;
const UPRIGHT = /** @type {any} */ ({ imageOrientation: "from-image" }); // a word newer than the checker's library

// The signature takes its sending from here, under another address than the page: that is another module to a browser.
for (const box of document.querySelectorAll("[data-upload]:not([data-taken])")) start(/** @type {HTMLElement} */ (box));

/** @param {HTMLElement} box */
function start(box) {
  box.dataset.taken = "";
  const list = /** @type {HTMLElement} */ (box.querySelector(".files"));
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.className = "small";
  list.after(line);
  box.addEventListener("change", async (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "file" || !input.files?.length) return;
    const room = Number(box.dataset.maxFiles) - list.children.length;
    const chosen = [...input.files];
    if (chosen.length > room) {
      line.textContent = `最多上传${box.dataset.maxFiles}个文件，请删去多余的。`;
      input.value = "";
      return;
    }
    for (const file of chosen) {
      const failed = await sendOne(box, list, line, file);
      if (failed) {
        // The picker keeps its files, so that the form itself can still carry them.
        line.textContent = failed;
        return;
      }
    }
    input.value = "";
    line.textContent = `已上传 ${list.children.length} 个。`;
    list.dispatchEvent(new Event("input", { bubbles: true }));
  });
  list.addEventListener("click", (event) => drop(event));
}

/**
 * @param {HTMLElement} box @param {HTMLElement} list @param {HTMLElement} line @param {File} file
 * @returns {Promise<string>} what went wrong, "" if nothing did
 */
async function sendOne(box, list, line, file) {
  line.textContent = `正在处理 ${file.name}`;
  try {
    const small = await shrink(file);
    const reply = await post(small, file.name, token(box), (done) => { line.textContent = `正在上传 ${file.name}，${done}%`; });
    list.append(entry(box.dataset.upload ?? "", reply.id, file.name, small));
    return "";
  } catch (error) {
    return error instanceof Error && error.message ? error.message : "没有传上去，请再试一次；也可以直接点下一步，照片会一起提交。";
  }
}

/** @param {Element} within */
export function token(within) {
  const hidden = within.closest("form")?.querySelector('input[name="_xsrf"]');
  return hidden instanceof HTMLInputElement ? hidden.value : "";
}

/**
 * A JPEG of at most 1600 px, upright; anything that is not a picture, or that the browser cannot read, as it is.
 * @param {File} file @returns {Promise<Blob>}
 */
async function shrink(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, UPRIGHT);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return small instanceof Blob && small.size < file.size ? small : file;
  } catch {
    return file;
  }
}

/**
 * XMLHttpRequest, because fetch tells nothing of how far an upload is.
 * @param {Blob} blob @param {string} name @param {string} xsrf @param {(percent: number) => void} progress
 * @returns {Promise<{id: string}>}
 */
export function post(blob, name, xsrf, progress) {
  return new Promise((done, refuse) => {
    const body = new FormData();
    body.append("file", blob, blob.type === "image/jpeg" ? name.replace(/\.\w+$/, "") + ".jpg" : name);
    const request = new XMLHttpRequest();
    request.open("POST", "/files");
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Xsrftoken", xsrf);
    request.upload.onprogress = (event) => progress(Math.round((event.loaded / event.total) * 100));
    request.onerror = () => refuse(new Error("网络不通，没有传上去，请再试一次。"));
    request.onload = () => {
      const reply = request.response;
      if (request.status < 300 && reply?.id) done(reply);
      else refuse(new Error(reply?.error?.message ?? ""));
    };
    request.send(body);
  });
}

/** @param {string} key @param {string} id @param {string} name @param {Blob} blob @returns {HTMLLIElement} */
function entry(key, id, name, blob) {
  const row = document.createElement("li");
  if (blob.type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.src = URL.createObjectURL(blob);
    picture.alt = "";
    picture.width = picture.height = 64;
    row.append(picture);
  }
  const text = document.createElement("span");
  text.textContent = name;
  const held = document.createElement("input");
  Object.assign(held, { type: "hidden", name: key, value: id });
  const button = document.createElement("button");
  Object.assign(button, { type: "submit", className: "plain", name: "_remove", value: `${key}:${id}`, textContent: "删除" });
  button.setAttribute("aria-label", `删除${name}`);
  row.append(text, held, button);
  return row;
}

/**
 * Taking a file off the list needs no trip to the server.
 * @param {Event} event
 */
function drop(event) {
  const button = /** @type {Element} */ (event.target).closest("button[name=_remove]");
  if (!button) return;
  event.preventDefault();
  const list = button.closest(".files");
  button.closest("li")?.remove();
  list?.dispatchEvent(new Event("input", { bubbles: true }));
}
