// A section of a form: hides what does not apply, checks a field as one leaves it, keeps the draft.

import { answers, kinds, topFields } from "./answers.js";
import { check } from "./checks.js";
import { keepDraft } from "./draft.js";
import { day, holds } from "./when.js";

/** @typedef {import("./when.js").When} When */

const PRESS = 400; // ms in which a press becomes a click
let pressedAt = -PRESS;

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-form]"));
document.getElementById("problems")?.focus();
if (form) start(form);

/** @param {HTMLFormElement} form */
function start(form) {
  const apply = () => applyConditions(form);
  keepDraft(form, apply);
  apply();
  form.addEventListener("input", apply);
  form.addEventListener("change", apply);
  addEventListener("pointerdown", () => { pressedAt = performance.now(); }, { capture: true });
  form.addEventListener("focusout", (event) => leave(event));
  form.addEventListener("submit", () => {
    // A second tap sends nothing new: the submission key is the same. The button only says that it was heard.
    for (const button of form.querySelectorAll("button.main-button")) button.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => form.querySelectorAll("[aria-busy]").forEach((each) => each.removeAttribute("aria-busy")));
}

/**
 * Show and require what the answers ask for. A hidden answer counts as none, which may hide others in turn; fields
 * only look back, so as many rounds as there are conditions always settle it.
 * @param {HTMLFormElement} form
 */
function applyConditions(form) {
  const facts = JSON.parse(form.dataset.facts || "{}");
  const conditional = topFields(form).filter((field) => field.dataset.showIf);
  const known = () => ({
    values: { ...facts.values, ...answers(form, { shownOnly: true }) },
    kinds: { ...facts.kinds, ...kinds(form) },
    today: facts.today ?? "",
  });
  for (const field of conditional) show(field, true);
  let settled = false;
  for (let round = 0; !settled && round <= conditional.length; round += 1) {
    const now = known();
    settled = true;
    for (const field of conditional) {
      const shown = holds(/** @type {When} */ (JSON.parse(field.dataset.showIf ?? "{}")), now);
      settled = settled && shown === (field.dataset.shown !== "no");
      show(field, shown);
    }
  }
  const last = known();
  for (const field of topFields(form).filter((each) => each.dataset.requireIf)) {
    const required = holds(/** @type {When} */ (JSON.parse(field.dataset.requireIf ?? "{}")), last);
    field.toggleAttribute("data-required", required);
    field.querySelector("[data-optional]")?.toggleAttribute("hidden", required);
  }
}

/** @param {HTMLElement} field @param {boolean} shown */
function show(field, shown) {
  field.dataset.shown = shown ? "yes" : "no";
  field.hidden = !shown;
  const card = /** @type {HTMLElement | null} */ (field.closest("[data-known]"));
  if (card) card.hidden = !shown;
}

/** @param {FocusEvent} event */
function leave(event) {
  const control = /** @type {HTMLElement} */ (event.target);
  const field = /** @type {HTMLElement | null} */ (control.closest("[data-field]"));
  if (!field || field.dataset.type === "table" || field.contains(/** @type {Node | null} */ (event.relatedTarget))) return;
  if (control instanceof HTMLInputElement && control.type !== "file") tidy(field, control);
  const now = () => tell(field, check(field));
  // A line put in while a finger is on 下一步 would move the button away from under it, and the tap would be lost.
  if (performance.now() - pressedAt < PRESS) setTimeout(now, PRESS);
  else now();
}

/**
 * A date is written out, so that she sees which day was understood.
 * @param {HTMLElement} field
 * @param {HTMLInputElement} control
 */
function tidy(field, control) {
  if (field.dataset.type !== "date" && field.dataset.type !== "month") return;
  const iso = day(control.value);
  if (iso) control.value = field.dataset.type === "month" ? iso.slice(0, 7) : iso;
}

/**
 * Put a sentence beside the field, or take it away.
 * @param {HTMLElement} field @param {string} message
 */
export function tell(field, message) {
  const id = `f-${field.dataset.field}-problem`;
  let line = document.getElementById(id);
  field.classList.toggle("wrong", Boolean(message));
  const target = field.tagName === "FIELDSET" ? field : field.querySelector("input:not([type=hidden]), select, textarea");
  if (target && target !== field) target.toggleAttribute("aria-invalid", false);
  if (!message) {
    line?.remove();
    describe(target, id, false);
    return;
  }
  if (!line) {
    line = document.createElement("p");
    line.id = id;
    line.className = "problem";
    line.setAttribute("role", "alert");
    const before = field.querySelector(":scope > .hint, :scope > legend, :scope > label");
    before?.after(line);
  }
  line.textContent = message;
  if (target && target !== field) target.setAttribute("aria-invalid", "true");
  describe(target, id, true);
}

/** @param {Element | null} target @param {string} id @param {boolean} on */
function describe(target, id, on) {
  if (!target) return;
  const ids = new Set((target.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (on) ids.add(id);
  else ids.delete(id);
  if (ids.size) target.setAttribute("aria-describedby", [...ids].join(" "));
  else target.removeAttribute("aria-describedby");
}
