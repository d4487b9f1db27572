// What stands in a form, as the JSON that the server reads: text, lists, {"name", "file"}, rows of tables.

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** Fields of the form itself, not those inside the rows of tables.
 * @param {HTMLFormElement} form @returns {HTMLElement[]} */
export function topFields(form) {
  return [...form.querySelectorAll("[data-field]")].filter(isTop).map((each) => /** @type {HTMLElement} */ (each));
}

/** @param {Element} field */
function isTop(field) {
  return !field.parentElement?.closest("[data-table]");
}

/**
 * The controls of a field that carry an answer.
 * @param {Element} field
 * @returns {Control[]}
 */
export function controls(field) {
  const found = /** @type {NodeListOf<Control>} */ (field.querySelectorAll("input[name], select[name], textarea[name]"));
  return [...found].filter((control) => control.type !== "file");
}

/**
 * Every answer that was typed, by key. Empty text is kept, so that what was cleared is cleared in the draft too.
 * @param {HTMLFormElement} form
 * @param {{shownOnly?: boolean}} [how]
 * @returns {Record<string, unknown>}
 */
export function answers(form, how = {}) {
  /** @type {Record<string, unknown>} */
  const found = {};
  for (const field of topFields(form)) {
    const key = field.dataset.field ?? "";
    if (field.dataset.type === "computed" || (how.shownOnly && field.dataset.shown === "no")) continue;
    if (field.dataset.type === "table") found[key] = rows(field);
    else if (controls(field).length || field.dataset.type === "file") found[key] = value(field);
  }
  return found;
}

/**
 * One field's answer.
 * @param {HTMLElement} field
 * @returns {unknown}
 */
export function value(field) {
  const key = field.dataset.field ?? "";
  const given = controls(field);
  const plain = given.filter((control) => control.name === key && isGiven(control)).map((control) => control.value);
  // An empty hidden value before checkboxes and files only says that the question was asked.
  if (field.dataset.type === "multiple" || field.dataset.type === "file") return plain.filter((text) => text);
  const parts = given.filter((control) => control.name.startsWith(`${key}.`) && control.value.trim());
  if (parts.length && !plain.some((text) => text)) {
    return Object.fromEntries(parts.map((control) => [control.name.slice(key.length + 1), control.value]));
  }
  return plain.at(-1) ?? "";
}

/** @param {Control} control */
function isGiven(control) {
  return !(control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) || control.checked;
}

/** @param {HTMLElement} table @returns {Record<string, unknown>[]} */
function rows(table) {
  return [...table.querySelectorAll("[data-row]")].map((row) => {
    const cells = /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("[data-field]"));
    return Object.fromEntries([...cells].map((cell) => [(cell.dataset.field ?? "").split(".")[2], value(cell)]));
  });
}

/**
 * The kind of every field on the page by key.
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
export function kinds(form) {
  return Object.fromEntries(topFields(form).map((field) => [field.dataset.field, field.dataset.type ?? "text"]));
}
