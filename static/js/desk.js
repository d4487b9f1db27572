// The desk by keyboard, and word of new cases without moving the page under anybody's hand.

document.getElementById("problems")?.focus();
const desk = /** @type {HTMLElement | null} */ (document.querySelector("[data-desk]"));
if (desk) {
  document.addEventListener("keydown", (event) => key(event, desk));
  for (const select of desk.querySelectorAll("[data-auto] select")) {
    select.addEventListener("change", () => /** @type {HTMLSelectElement} */ (select).form?.requestSubmit());
  }
  listen(desk);
}

/** @param {KeyboardEvent} event @param {HTMLElement} desk */
function key(event, desk) {
  const typing = /** @type {HTMLElement} */ (event.target).matches("input, select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j" || event.key === "k") move(desk, event.key === "j" ? 1 : -1);
  else if (event.key === "/") /** @type {HTMLElement | null} */ (desk.querySelector('input[type="search"]'))?.focus();
  else return;
  event.preventDefault();
}

/** @param {HTMLElement} desk @param {1 | -1} by */
function move(desk, by) {
  const links = [...desk.querySelectorAll("[data-queue] a")].map((each) => /** @type {HTMLElement} */ (each));
  const here = links.findIndex((link) => link === document.activeElement);
  const from = here >= 0 ? here : links.findIndex((link) => link.getAttribute("aria-current"));
  links[Math.max(0, Math.min(links.length - 1, from + by))]?.focus();
}

/** @param {HTMLElement} desk */
function listen(desk) {
  const bar = desk.querySelector("[data-bar]");
  if (!bar || !desk.dataset.stream) return;
  let count = 0;
  // EventSource reconnects by itself; the server sends "case" once for each new one.
  new EventSource(desk.dataset.stream).addEventListener("case", () => {
    count += 1;
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = `有 ${count} 件新办件，点此查看`;
    bar.replaceChildren(link);
  });
}
