// What was typed is never lost: kept on the server a moment after each change, and in this tab when that fails.

import { answers } from "./answers.js";

const PAUSE = 1200; // ms of quiet before a save

/**
 * @param {HTMLFormElement} form
 * @param {() => void} refreshed called after typed text was put back
 */
export function keepDraft(form, refreshed) {
  const key = `draft:${location.pathname}`;
  const url = form.dataset.draft ?? "";
  const line = form.querySelector("[data-saved]");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let leaving = false;

  /** @param {string} text */
  const say = (text) => { if (line) line.textContent = text; };

  if (rescue(form, key)) {
    refreshed();
    say("已恢复您上次没有存好的内容。");
  }

  const save = async () => {
    hold(form, key);
    if (!url || leaving) return;
    try {
      const reply = await fetch(url, {
        method: "PUT",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ section: form.dataset.section, answers: answers(form) }),
      });
      if (!reply.ok) throw new Error(String(reply.status));
      sessionStorage.removeItem(key);
      say(`已存好，${new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" })}`);
    } catch {
      say("暂时连不上，内容先存在这部手机里，联网后会再存。");
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(waiting);
    hold(form, key);
  });
  addEventListener("online", () => { if (sessionStorage.getItem(key)) void save(); });
  addEventListener("pagehide", () => { if (waiting && !leaving) hold(form, key); });
}

/** @param {HTMLFormElement} form @param {string} key */
function hold(form, key) {
  const pairs = [...new FormData(form)].filter(([name, text]) => typeof text === "string" && !isOurs(name));
  try {
    sessionStorage.setItem(key, JSON.stringify(pairs));
  } catch {
    // full or forbidden: the server's draft is the one that counts
  }
}

/** @param {string} name */
function isOurs(name) {
  return name.startsWith("_") || name === "submission_key";
}

/**
 * Put back what this tab held, where the server's page left the field empty: what the server shows is newer.
 * @param {HTMLFormElement} form @param {string} key @returns {boolean} whether anything was put back
 */
function rescue(form, key) {
  const held = sessionStorage.getItem(key);
  if (!held) return false;
  sessionStorage.removeItem(key);
  const given = new FormData(form);
  let changed = false;
  for (const [name, text] of /** @type {[string, string][]} */ (JSON.parse(held))) {
    if (!text || given.getAll(name).some((each) => each !== "")) continue;
    changed = fill(form, name, text) || changed;
  }
  return changed;
}

/** @param {HTMLFormElement} form @param {string} name @param {string} text */
function fill(form, name, text) {
  for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) {
      if (control.value === text) return (control.checked = true);
    } else if (control instanceof HTMLInputElement && ["file", "hidden"].includes(control.type)) {
      continue; // an upload's id means nothing without its row
    } else if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement) {
      control.value = text;
      return true;
    }
  }
  return false;
}
