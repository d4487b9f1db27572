// Rows of a table without a trip to the server. Where a row cannot be made here, the button asks the server.

for (const table of document.querySelectorAll("[data-table]")) start(/** @type {HTMLElement} */ (table));

/** @param {HTMLElement} table */
function start(table) {
  table.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (button?.name === "_add" && add(table, button)) event.preventDefault();
    if (button?.name === "_remove" && remove(table, button)) event.preventDefault();
  });
}

/** @param {HTMLElement} table @returns {HTMLElement[]} */
function rowsOf(table) {
  return [...table.querySelectorAll("[data-row]")].map((row) => /** @type {HTMLElement} */ (row));
}

/** @param {HTMLElement} table @param {HTMLButtonElement} button */
function add(table, button) {
  const rows = rowsOf(table);
  const last = rows.at(-1);
  // A pad or an upload carries listeners that a copy would lack.
  if (!last || last.querySelector("[data-upload], [data-signature]")) return false;
  const row = /** @type {HTMLElement} */ (last.cloneNode(true));
  empty(row);
  renumber(table, row, rows.length);
  last.after(row);
  button.hidden = rows.length + 1 >= Number(table.dataset.maxRows);
  row.querySelector("input, select, textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
  /** @type {HTMLElement | null} */ (row.querySelector("input, select, textarea"))?.focus();
  return true;
}

/** @param {HTMLElement} table @param {HTMLButtonElement} button */
function remove(table, button) {
  const row = /** @type {HTMLElement | null} */ (button.closest("[data-row]"));
  if (!row) return false;
  if (rowsOf(table).length === 1) empty(row);
  else row.remove();
  rowsOf(table).forEach((each, at) => renumber(table, each, at));
  const more = /** @type {HTMLElement | null} */ (table.querySelector('button[name="_add"]'));
  if (more) more.hidden = false;
  (more ?? table).focus();
  table.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

/** @param {HTMLElement} row */
function empty(row) {
  for (const control of row.querySelectorAll("input, select, textarea")) {
    if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) control.checked = false;
    else if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement) control.value = "";
    control.removeAttribute("aria-invalid");
  }
  for (const line of row.querySelectorAll(".problem")) line.remove();
  for (const field of row.querySelectorAll(".wrong")) field.classList.remove("wrong");
}

/**
 * Names, ids and what refers to them are KEY.ROW.COLUMN; only the row changes.
 * @param {HTMLElement} table @param {HTMLElement} row @param {number} at
 */
function renumber(table, row, at) {
  const key = table.dataset.table ?? "";
  const [from, to] = [`${key}.${row.dataset.row}.`, `${key}.${at}.`];
  for (const part of row.querySelectorAll("*")) {
    for (const name of ["name", "id", "for", "data-field", "aria-describedby", "aria-labelledby"]) {
      const text = part.getAttribute(name);
      if (text?.includes(from)) part.setAttribute(name, text.replaceAll(from, to));
    }
  }
  row.dataset.row = String(at);
  row.setAttribute("aria-label", `${table.querySelector("legend")?.firstChild?.textContent ?? ""} 第${at + 1}行`);
  const told = row.querySelector("[data-row-number]");
  if (told) told.textContent = String(at + 1);
  const button = /** @type {HTMLButtonElement | null} */ (row.querySelector('button[name="_remove"]'));
  if (button) button.value = `${key}.${at}`;
}
