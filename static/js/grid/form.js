// Short forms, made from what the elements declare. The server checks everything again; these are the early words.

import { value } from "../answers.js";
import { check } from "../checks.js";
import { h } from "./dom.js";
import { words } from "./household.js";

/** @typedef {import("./household.js").Element} Element */
/** @typedef {import("./household.js").Elements} Elements */
/** @typedef {import("./household.js").Place} Place */
/** @typedef {{place: Place, field: HTMLElement}} Asked */

const FEW = 6; // choices that are shown at once
const NUMBERS = new Set(["integer", "decimal", "money"]);
const DIGITS = new Set(["date", "month", "bank_account"]);
const HINTS = /** @type {Record<string, string>} */ ({ date: "例如 20260103", month: "例如 202601" });
const LENGTHS = ["min_length", "max_length", "pattern", "pattern_message"];

/**
 * One question, with what is held typed in; a value that she may not read leaves it empty.
 * @param {Place} place @param {Elements} elements @param {string} key its name in the form
 * @param {unknown} [typed] what was typed before @returns {HTMLElement}
 */
export function question(place, elements, key, typed = undefined) {
  const { element, value: held } = place;
  const given = typed !== undefined ? typed : held && !held.masked ? held.v : "";
  const rules = Object.fromEntries(LENGTHS.map((name) => [`data-${name.replace("_", "-")}`, /** @type {any} */ (element)[name] || undefined]));
  const bounds = NUMBERS.has(element.type) ? { "data-min": element.min, "data-max": element.max === "today" ? new Date().getFullYear() : element.max } : {};
  const about = { class: "field", "data-field": key, "data-type": element.type, ...rules, ...bounds };
  const hint = hintOf(place);
  const told = hint ? h("p", { class: "hint", id: `h-${key}` }, hint) : null;
  const described = told ? `h-${key}` : undefined;
  if (element.type === "yes_no") return choices("radio", about, element, key, [["yes", "是"], ["no", "否"]], [truth(given)], told);
  if (element.type === "multiple") return choices("checkbox", about, element, key, options(element, elements, held?.v), listed(given), told);
  if (element.type === "single") {
    const offered = options(element, elements, held?.v);
    if (offered.length <= FEW) return choices("radio", about, element, key, offered, listed(given), told);
    const select = h("select", { id: `f-${key}`, name: key, "aria-describedby": described }, h("option", { value: "" }, "请选择"),
      offered.map(([code, word]) => h("option", { value: code, selected: String(given ?? "") === code }, word)));
    return h("div", about, h("label", { for: `f-${key}` }, element.label), told, select);
  }
  const control = element.type === "textarea"
    ? h("textarea", { id: `f-${key}`, name: key, rows: 4, "aria-describedby": described }, String(given ?? ""))
    : h("input", { id: `f-${key}`, name: key, value: String(given ?? ""), inputmode: modeOf(element), autocomplete: "off", "aria-describedby": described });
  const unit = element.unit ? h("div", { class: "with-unit" }, control, h("span", null, element.unit)) : control;
  return h("div", about, h("label", { for: `f-${key}` }, element.label), told, unit);
}

/** @param {"radio" | "checkbox"} type @param {Record<string, unknown>} about @param {Element} element @param {string} key
 * @param {[string, string][]} offered @param {string[]} given @param {HTMLElement | null} told */
function choices(type, about, element, key, offered, given, told) {
  return h("fieldset", about, h("legend", null, element.label), told,
    h("div", { class: type === "checkbox" || offered.length > 2 ? "choices many" : "choices side" }, offered.map(([code, word]) => (
      h("label", { class: "choice" }, h("input", { type, name: key, value: code, checked: given.includes(code) }), h("span", null, word))))));
}

/** @param {Place} place */
function hintOf({ element, value: held }) {
  if (held?.masked) return "已有登记，您无权查看；填写后由有权限的人审核。";
  return HINTS[element.type] ?? "";
}

/** @param {Element} element */
function modeOf(element) {
  if (element.type === "phone") return "tel";
  if (NUMBERS.has(element.type)) return element.type === "integer" ? "numeric" : "decimal";
  return DIGITS.has(element.type) ? "numeric" : undefined;
}

/**
 * Codes of the list; one that is held and no longer given is still shown.
 * @param {Element} element @param {Elements} elements
 * @param {unknown} held @returns {[string, string][]} */
function options(element, elements, held) {
  const list = Object.entries(elements.codes[element.codes ?? ""] ?? {});
  for (const code of listed(held)) if (code && !list.some(([known]) => known === code)) list.push([code, code]);
  return list;
}

/** @param {unknown} given @returns {string[]} */
function listed(given) {
  return Array.isArray(given) ? given.map(String) : given === undefined || given === null ? [] : [String(given)];
}

/** @param {unknown} given */
function truth(given) {
  return given === true || given === "yes" || given === "true" ? "yes" : given === false || given === "no" || given === "false" ? "no" : "";
}

/**
 * What stands in the fields, for the draft.
 * @param {Asked[]} asked @returns {Record<string, unknown>}
 */
export function typedIn(asked) {
  return Object.fromEntries(asked.map(({ place, field }) => [`${place.of}/${place.element.key}`, value(field)]));
}

/**
 * The fields that say something else than what is held, and what is wrong with them. An empty field over a held value asks for nothing:
 * values are replaced, not taken away.
 * @param {Asked[]} asked @returns {{edits: import("./ops.js").Edit[], problems: {field: HTMLElement, message: string}[]}}
 */
export function changes(asked) {
  /** @type {import("./ops.js").Edit[]} */
  const edits = [];
  const problems = [];
  for (const { place, field } of asked) {
    const given = value(field);
    const message = check(field);
    if (message) problems.push({ field, message });
    else if (!empty(given) && !alike(place, given)) {
      edits.push({ of: place.of, key: place.element.key, value: sent(place.element, given), base: place.value?.x ?? "" });
    }
  }
  return { edits, problems };
}

/** @param {unknown} given */
function empty(given) {
  return Array.isArray(given) ? given.length === 0 : String(given ?? "").trim() === "";
}

/** @param {Place} place @param {unknown} given */
function alike({ element, value: held }, given) {
  if (!held || held.masked) return false;
  if (element.type === "yes_no") return truth(held.v) === given;
  if (Array.isArray(given)) return [...listed(held.v)].sort().join() === [...given.map(String)].sort().join();
  return plain(element, held.v) === plain(element, given);
}

/** @param {Element} element @param {unknown} v */
function plain(element, v) {
  const text = String(v ?? "").normalize("NFKC").trim();
  if (NUMBERS.has(element.type)) return String(Number(text.replaceAll(",", "")));
  return element.type === "date" || element.type === "month" ? text.replace(/\D/g, "") : text;
}

/**
 * As the queue carries it.
 * @param {Element} element @param {unknown} given
 */
function sent(element, given) {
  return element.type === "yes_no" ? given === "yes" : typeof given === "string" ? given.trim() : given;
}

/**
 * Problems beside their fields; those that were there are gone.
 * @param {Asked[]} asked @param {{field: HTMLElement, message: string}[]} problems
 */
export function mark(asked, problems) {
  for (const { field } of asked) {
    field.classList.remove("wrong");
    field.querySelector(".problem")?.remove();
    for (const control of field.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  }
  for (const { field, message } of problems) {
    field.classList.add("wrong");
    const told = h("p", { class: "problem" }, h("span", { class: "heard" }, "错误："), message);
    (field.querySelector("label, legend") ?? field).after(told);
    field.querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
  }
}

/**
 * A value as a line says it, and where it comes from.
 * @param {Place} place @param {Elements} elements
 */
export function held(place, elements) {
  return words(place.element, place.value, elements);
}

