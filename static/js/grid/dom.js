// Elements by hand: no framework, no markup from text.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, unknown> | null} [given] attributes; "on…" listens, false and undefined stay away
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, given, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given ?? {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, String(value));
  }
  made.append(...shown(children));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * The same of a drawing.
 * @param {string} tag @param {Record<string, string | number>} given @param {...Element} children
 */
export function draw(tag, given, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(given)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** @param {Element} place @param {...(Child | Child[])} children */
export function fill(place, ...children) {
  place.replaceChildren(...shown(children));
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function shown(children) {
  return children.flat().filter((each) => each !== null && each !== undefined && each !== false && each !== "")
    .map((each) => (each instanceof Node ? each : String(each)));
}

/**
 * A line icon of the set in icons/grid.svg.
 * @param {string} name
 */
export function icon(name) {
  const use = draw("use", { href: `/static/icons/grid.svg#${name}` });
  return draw("svg", { class: "icon", "aria-hidden": "true", viewBox: "0 0 24 24" }, use);
}
