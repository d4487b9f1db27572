// My grid: the doors by group, what is wanted of each, and a plan of them.

import { draw, fill, h } from "./dom.js";
import { head, nameOf } from "./household.js";
import { card, surveyed, wantWords } from "./pieces.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {ReturnType<typeof surveyed>[number]} Row */

/** @type {[string, string, (row: Row) => boolean][]} */
const FILTERS = [
  ["all", "全部", () => true],
  ["due", "该走访", ({ wanted }) => wanted.due],
  ["wrong", "矛盾", ({ wanted }) => wanted.wrong.length > 0],
  ["missing", "缺项", ({ wanted }) => wanted.missing.length > 0],
  ["stale", "待核实", ({ wanted }) => wanted.stale.length > 0],
];
const MOST = 60; // cards drawn at once; the rest on a tap

/** What was chosen stays while the app is open. */
const chosen = { filter: "all", query: "", plan: false, shown: MOST };

/** @param {App} app @returns {Promise<import("./app.js").Shown>} */
export async function list(app) {
  if (!app.store.elements || !app.store.homes.size) return { title: "我的网格", tab: "list", live: true, nodes: [empty(app)] };
  const rows = surveyed(app);
  const results = h("div", { class: "stack-small" });
  const redraw = () => fill(results, ...(chosen.plan ? plan(app, picked(rows)) : doors(app, picked(rows), redraw)));
  const search = h("input", { type: "search", id: "f-search", value: chosen.query, placeholder: "姓名、门牌号", autocomplete: "off", oninput: (/** @type {Event} */ event) => {
    chosen.query = /** @type {HTMLInputElement} */ (event.target).value;
    chosen.shown = MOST;
    redraw();
  } });
  redraw();
  const place = app.store.facts.get("device")?.place ?? "";
  return { title: "我的网格", tab: "list", live: document.activeElement?.id !== "f-search", nodes: [
    h("p", { class: "quiet" }, place ? `${place}，${rows.length}户` : `${rows.length}户`),
    h("div", { class: "field" }, h("label", { for: "f-search" }, "找一户"), search),
    filters(rows, redraw), results,
  ] };
}

/** @param {Row[]} rows @param {() => void} redraw */
function filters(rows, redraw) {
  const box = h("div", { class: "chips", role: "group", "aria-label": "只看" });
  const show = () => fill(box,
    ...FILTERS.map(([key, label, holds]) => h("button", { type: "button", class: "chip", "aria-pressed": String(chosen.filter === key), onclick: () => {
      chosen.filter = key;
      chosen.shown = MOST;
      show();
      redraw();
    } }, `${label} ${rows.filter(holds).length}`)),
    h("button", { type: "button", class: "chip", "aria-pressed": String(chosen.plan), onclick: () => { chosen.plan = !chosen.plan; show(); redraw(); } }, "平面图"));
  show();
  return box;
}

/** @param {Row[]} rows */
function picked(rows) {
  const holds = FILTERS.find(([key]) => key === chosen.filter)?.[2] ?? (() => true);
  const query = chosen.query.trim().toLowerCase();
  return rows.filter((row) => holds(row) && (!query || found(row, query)));
}

/** @param {Row} row @param {string} query */
function found({ home }, query) {
  return home.address.toLowerCase().includes(query) || home.code.toLowerCase().includes(query.replaceAll(" ", ""))
    || home.members.some((member) => nameOf(member).includes(query));
}

/** @param {App} app @param {Row[]} rows @param {() => void} redraw @returns {Node[]} */
function doors(app, rows, redraw) {
  if (!rows.length) return [h("p", { class: "empty" }, chosen.query || chosen.filter !== "all" ? "没有符合的户。" : "这个网格还没有登记的户。")];
  const nodes = [];
  for (const [group, inside] of grouped(rows.slice(0, chosen.shown))) {
    nodes.push(h("h2", null, group || "未分组"), h("ul", { class: "doors" }, inside.map(({ home, wanted }) => card(app, home, wanted))));
  }
  if (rows.length > chosen.shown) {
    nodes.push(h("button", { type: "button", class: "main-button more", onclick: () => { chosen.shown += MOST; redraw(); } }, `再看 ${Math.min(MOST, rows.length - chosen.shown)} 户（共 ${rows.length} 户）`));
  }
  return nodes;
}

/** @param {Row[]} rows @returns {Map<string, Row[]>} */
function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.home.group, [...(groups.get(row.home.group) ?? []), row]);
  return groups;
}

/**
 * Doors where they stand, without tiles from anywhere: by longitude and latitude where these are known, else in rows by group.
 * A tap shows the nearest one below; the list says the same for those who do not see it.
 * @param {App} app @param {Row[]} rows @returns {Node[]}
 */
function plan(app, rows) {
  const { points, height } = placed(rows);
  const chosenCard = h("ul", { class: "doors" });
  const svg = draw("svg", { class: "plan", viewBox: `0 0 360 ${height}`, role: "img", "aria-label": `平面图，${rows.length}户。点一个门看这户；也可以关掉平面图看列表。` });
  for (const { x, y, row, label } of points) {
    const tone = row.wanted.wrong.length ? "wrong" : row.wanted.due ? "due" : wantWords(row.wanted).length ? "open" : "whole";
    svg.append(draw("circle", { cx: x, cy: y, r: tone === "whole" ? 6 : 9, class: `dot dot-${tone}` }));
    if (label) {
      const text = draw("text", { x, y: y + 20, class: "dot-label" });
      text.textContent = label;
      svg.append(text);
    }
  }
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const [x, y] = [((event.clientX - box.left) / box.width) * 360, ((event.clientY - box.top) / box.height) * height];
    const near = points.map((point) => ({ point, far: Math.hypot(point.x - x, point.y - y) })).sort((one, two) => one.far - two.far)[0];
    if (near && near.far < 40) fill(chosenCard, card(app, near.point.row.home, near.point.row.wanted));
  });
  const legend = h("ul", { class: "legend" }, [["wrong", "有矛盾"], ["due", "该走访"], ["open", "缺项或待核实"], ["whole", "齐全"]].map(([tone, text]) => (
    h("li", null, draw("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, draw("circle", { cx: 10, cy: 10, r: tone === "whole" ? 6 : 9, class: `dot dot-${tone}` })), text))));
  return [svg, legend, chosenCard];
}

/** @param {Row[]} rows */
function placed(rows) {
  const known = rows.map((row) => ({ row, lng: Number(row.home.values["house.lng"]?.v), lat: Number(row.home.values["house.lat"]?.v) }))
    .filter(({ lng, lat }) => lng && lat);
  const rest = rows.filter((row) => !known.some((each) => each.row === row));
  /** @type {{x: number, y: number, row: Row, label: string}[]} */
  const points = [];
  let height = 0;
  if (known.length) {
    const [west, east] = [Math.min(...known.map((each) => each.lng)), Math.max(...known.map((each) => each.lng))];
    const [south, north] = [Math.min(...known.map((each) => each.lat)), Math.max(...known.map((each) => each.lat))];
    const squeeze = Math.cos(((south + north) / 2) * (Math.PI / 180)); // a degree of longitude is shorter than one of latitude
    const scale = 312 / Math.max((east - west) * squeeze, north - south, 1e-6);
    for (const { row, lng, lat } of known) points.push({ x: 24 + (lng - west) * squeeze * scale, y: 24 + (north - lat) * scale, row, label: "" });
    height = 48 + (north - south) * scale;
  }
  for (const [, inside] of grouped(rest)) {
    inside.forEach((row, at) => points.push({ x: 28 + (at % 7) * 50, y: height + 20 + Math.floor(at / 7) * 44, row, label: doorNumber(row) }));
    height += 28 + Math.ceil(inside.length / 7) * 44;
  }
  return { points, height: Math.max(60, Math.ceil(height)) };
}

/** @param {Row} row */
function doorNumber({ home }) {
  return /(\d+)号?$/.exec(home.address)?.[1] ?? nameOf(head(home)).slice(0, 2);
}

/** @param {App} app */
function empty(app) {
  const standing = app.engine?.standing;
  if (standing?.busy) return h("p", { class: "empty" }, standing.homes ? `第一次同步：已经取到 ${standing.homes} 户…` : "第一次同步，正在取您网格的资料…");
  if (app.store.facts.get("token")) return h("p", { class: "empty" }, "这个网格还没有登记的户。");
  return h("div", { class: "empty" }, h("p", null, standing?.refused?.message ?? "还没有同步过。"), h("button", { type: "button", onclick: () => app.engine?.run() }, "现在同步"));
}

