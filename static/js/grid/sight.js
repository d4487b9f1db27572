// The symbol on a plate, seen by the phone itself: where it stands in a picture, and its modules. Browsers that bring a
// reader of their own (BarcodeDetector) are few, and in a valley without signal nothing else can read it.
//
// Finder patterns are the runs 1:1:3:1:1 of ISO/IEC 18004, 6.3.3 and 12; three of them at a right angle make a symbol.

import { reads } from "./symbol.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {Point & {size: number, seen: number}} Mark a finder pattern; ``size`` pixels to a module */
/** @typedef {{width: number, height: number, dark: Uint8Array}} Picture */

const MOST_MARKS = 9; // more than that is a texture, and every three of them would be tried
const REACHES = [16, 7]; // the first suits uneven light, the second a plate that fills the picture
const VERSIONS = 10; // 57 modules: more than any of our addresses needs

/**
 * The text of the symbol in a picture; "" where none is read.
 * @param {ImageData} image @returns {string}
 */
export function sight(image) {
  return REACHES.reduce((text, reach) => text || inside(darkened(image, reach)), "");
}

/** @param {Picture} picture */
function inside(picture) {
  for (const [corner, right, below] of triples(marks(picture))) {
    for (const modules of sizes(corner, right, below)) {
      for (const fourth of fourths(picture, corner, right, below, modules)) {
        const text = reads(sampled(picture, corner, right, below, fourth, modules));
        if (text) return text;
      }
    }
  }
  return "";
}

/**
 * Black or white, each pixel against the mean of what lies around it: plates hang in sun and shadow at once.
 * @param {ImageData} image @param {number} share of the shorter side: how far around @returns {Picture}
 */
function darkened({ width, height, data }, share) {
  const grey = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 4) {
    grey[at] = (data[from] * 77 + data[from + 1] * 150 + data[from + 2] * 29) >> 8;
  }
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += grey[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const reach = Math.max(12, Math.floor(Math.min(width, height) / share));
  const dark = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const sum = sums[bottom * (width + 1) + right] - sums[top * (width + 1) + right]
        - sums[bottom * (width + 1) + left] + sums[top * (width + 1) + left];
      dark[y * width + x] = grey[y * width + x] * (right - left) * (bottom - top) < sum * 0.94 - 400 ? 1 : 0;
    }
  }
  return { width, height, dark };
}

/**
 * Finder patterns, those seen on most lines first.
 * @param {Picture} picture @returns {Mark[]}
 */
function marks(picture) {
  /** @type {Mark[]} */
  const found = [];
  const step = Math.max(1, Math.floor(picture.height / 400));
  for (let y = 0; y < picture.height; y += step) {
    for (const [middle, size] of runs(picture, y)) {
      const mark = crossed(picture, middle, y, size);
      if (mark) gather(found, mark);
    }
  }
  return found.filter((mark) => mark.seen > 1).sort((one, two) => two.seen - one.seen).slice(0, MOST_MARKS);
}

/**
 * Where a line has 1:1:3:1:1: middle and module size.
 * @param {Picture} picture @param {number} y
 */
function* runs({ width, dark }, y) {
  const lengths = [0, 0, 0, 0, 0];
  let last = 0;
  for (let x = 0; x <= width; x += 1) {
    const now = x < width ? dark[y * width + x] : 2;
    if (now === last) { lengths[4] += 1; continue; }
    if (last === 1 && patterned(lengths)) {
      yield [x - lengths[4] - lengths[3] - lengths[2] / 2, lengths.reduce((sum, each) => sum + each) / 7];
    }
    lengths.shift();
    lengths.push(1);
    last = now;
  }
}

/** @param {number[]} lengths */
function patterned(lengths) {
  const size = lengths.reduce((sum, each) => sum + each) / 7;
  if (size < 1) return false;
  const slack = size * 0.7;
  return lengths.every((each, at) => Math.abs(each - (at === 2 ? 3 : 1) * size) < slack * (at === 2 ? 3 : 1));
}

/**
 * The same pattern down the column, and again across where its middle is.
 * @param {Picture} picture
 * @param {number} x @param {number} y @param {number} size @returns {Mark | null} */
function crossed(picture, x, y, size) {
  const down = across(picture, Math.round(x - 0.5), y, 0, 1, size);
  if (!down) return null;
  const along = across(picture, Math.round(x - 0.5), Math.round(down.middle - 0.5), 1, 0, size);
  if (!along || Math.abs(along.size - down.size) > 0.6 * down.size) return null;
  return { x: along.middle, y: down.middle, size: (along.size + down.size) / 2, seen: 1 };
}

/**
 * @param {Picture} picture @param {number} x @param {number} y @param {0 | 1} dx @param {0 | 1} dy @param {number} size
 * @returns {{middle: number, size: number} | null}
 */
function across({ width, height, dark }, x, y, dx, dy, size) {
  const at = (/** @type {number} */ by) => {
    const [px, py] = [x + by * dx, y + by * dy];
    return px < 0 || py < 0 || px >= width || py >= height ? 2 : dark[py * width + px];
  };
  if (at(0) !== 1) return null;
  const most = size * 5;
  const run = (/** @type {number} */ from, /** @type {number} */ by, /** @type {number} */ colour) => {
    let length = 0;
    while (at(from + by * length) === colour && length < most) length += 1;
    return length;
  };
  const [up, down] = [run(-1, -1, 1), run(0, 1, 1)];
  const [lightUp, lightDown] = [run(-1 - up, -1, 0), run(down, 1, 0)];
  const lengths = [run(-1 - up - lightUp, -1, 1), lightUp, up + down, lightDown, run(down + lightDown, 1, 1)];
  if (!patterned(lengths)) return null;
  return { middle: (dx ? x : y) + (down - up) / 2, size: lengths.reduce((sum, each) => sum + each) / 7 };
}

/** @param {Mark[]} found @param {Mark} mark */
function gather(found, mark) {
  for (const each of found) {
    if (Math.hypot(each.x - mark.x, each.y - mark.y) > 2 * each.size) continue;
    const all = each.seen + 1;
    each.x += (mark.x - each.x) / all;
    each.y += (mark.y - each.y) / all;
    each.size += (mark.size - each.size) / all;
    each.seen = all;
    return;
  }
  found.push(mark);
}

/** Three at a right angle with equal legs, the best first: corner, then along its top, then down its side.
 * @param {Mark[]} all @returns {[Mark, Mark, Mark][]} */
function triples(all) {
  /** @type {{score: number, three: [Mark, Mark, Mark]}[]} */
  const found = [];
  for (const corner of all) {
    for (const one of all) {
      for (const two of all) {
        const cross = (one.x - corner.x) * (two.y - corner.y) - (one.y - corner.y) * (two.x - corner.x);
        if (one === corner || two === corner || cross <= 0) continue; // ``two`` lies clockwise of ``one``
        const [a, b] = [distance(corner, one), distance(corner, two)];
        const bent = Math.abs((one.x - corner.x) * (two.x - corner.x) + (one.y - corner.y) * (two.y - corner.y)) / (a * b);
        const sizes = [corner.size, one.size, two.size];
        const uneven = Math.max(...sizes) / Math.min(...sizes) - 1;
        if (bent < 0.5 && uneven < 1 && Math.max(a, b) / Math.min(a, b) < 1.8) {
          found.push({ score: bent + uneven + Math.abs(a - b) / (a + b), three: [corner, one, two] });
        }
      }
    }
  }
  return found.sort((one, two) => one.score - two.score).slice(0, 12).map((each) => each.three);
}

/**
 * How many modules to a side, the likeliest first.
 * @param {Mark} corner @param {Mark} right @param {Mark} below
 */
function sizes(corner, right, below) {
  const size = (corner.size * 2 + right.size + below.size) / 4;
  const about = ((distance(corner, right) + distance(corner, below)) / 2 / size + 7 - 17) / 4;
  const near = [Math.round(about), Math.floor(about), Math.ceil(about), Math.round(about) - 1, Math.round(about) + 1];
  return [...new Set(near)].filter((version) => version >= 1 && version <= VERSIONS).map((version) => 17 + 4 * version);
}

/**
 * Where the fourth point is, 3.5 modules from the last corner: by the alignment pattern if it is seen, else by the other three.
 * @param {Picture} picture @param {Mark} corner @param {Mark} right @param {Mark} below @param {number} modules
 * @returns {(Point & {from: number})[]} ``from``: modules from the middle of the finder patterns' square
 */
function fourths(picture, corner, right, below, modules) {
  const plain = { x: right.x + below.x - corner.x, y: right.y + below.y - corner.y, from: 3.5 };
  if (modules === 21) return [plain];
  const part = (modules - 10) / (modules - 7); // its middle is 6.5 from the edge
  const about = { x: corner.x + (plain.x - corner.x) * part, y: corner.y + (plain.y - corner.y) * part };
  const aligned = alignment(picture, about, corner.size);
  return aligned ? [{ ...aligned, from: 6.5 }, plain] : [plain];
}

/**
 * The middle of a dark dot in a light ring in a dark one, near ``about``.
 * @param {Picture} picture @param {Point} about
 * @param {number} size @returns {Point | null} */
function alignment({ width, height, dark }, about, size) {
  const reach = Math.ceil(size * 5);
  const at = (/** @type {number} */ x, /** @type {number} */ y) => {
    const [px, py] = [Math.round(x), Math.round(y)];
    return px >= 0 && py >= 0 && px < width && py < height ? dark[py * width + px] : 2;
  };
  /** @type {{x: number, y: number, score: number} | null} */
  let best = null;
  const step = Math.max(1, size / 3);
  for (let dy = -reach; dy <= reach; dy += step) {
    for (let dx = -reach; dx <= reach; dx += step) {
      const [x, y] = [about.x + dx, about.y + dy];
      if (at(x, y) !== 1) continue;
      let fits = 0;
      for (let turn = 0; turn < 8; turn += 1) {
        const [cos, sin] = [Math.cos((turn * Math.PI) / 4), Math.sin((turn * Math.PI) / 4)];
        const longer = turn % 2 ? 1.3 : 1; // corners of the rings are further out than their sides
        fits += at(x + cos * size * longer, y + sin * size * longer) === 0 ? 1 : 0;
        fits += at(x + cos * size * 2 * longer, y + sin * size * 2 * longer) === 1 ? 1 : 0;
      }
      const score = fits - Math.hypot(dx, dy) / reach;
      if (fits >= 13 && (!best || score > best.score)) best = { x, y, score };
    }
  }
  return best && centred(at, best, size);
}

/** @param {(x: number, y: number) => number} at @param {Point} found @param {number} size @returns {Point} */
function centred(at, found, size) {
  let [x, y, count] = [0, 0, 0];
  const reach = Math.ceil(size * 0.9);
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      if (at(found.x + dx, found.y + dy) === 1) { x += found.x + dx; y += found.y + dy; count += 1; }
    }
  }
  return count ? { x: x / count, y: y / count } : found;
}

/**
 * The modules of a symbol as it lies in the picture, tilted as it may be. True is dark.
 * @param {Picture} picture @param {Point} corner @param {Point} right @param {Point} below
 * @param {Point & {from: number}} fourth @param {number} modules @returns {boolean[][]}
 */
function sampled({ width, height, dark }, corner, right, below, fourth, modules) {
  const [near, far, last] = [3.5, modules - 3.5, modules - fourth.from];
  const square = [[near, near], [far, near], [last, last], [near, far]];
  const place = projection(square, [corner, right, fourth, below]);
  const symbol = [];
  for (let row = 0; row < modules; row += 1) {
    const line = [];
    for (let column = 0; column < modules; column += 1) {
      const { x, y } = place(column + 0.5, row + 0.5);
      const [px, py] = [Math.floor(x), Math.floor(y)];
      line.push(px >= 0 && py >= 0 && px < width && py < height && dark[py * width + px] === 1);
    }
    symbol.push(line);
  }
  return symbol;
}

/**
 * The plane projection that takes four points to four others: eight equations, solved.
 * @param {number[][]} from @param {Point[]} to @returns {(x: number, y: number) => Point}
 */
function projection(from, to) {
  const rows = [];
  for (let at = 0; at < 4; at += 1) {
    const [[u, v], { x, y }] = [from[at], to[at]];
    rows.push([u, v, 1, 0, 0, 0, -u * x, -v * x, x], [0, 0, 0, u, v, 1, -u * y, -v * y, y]);
  }
  for (let column = 0; column < 8; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < 8; row += 1) if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (let row = 0; row < 8; row += 1) {
      const factor = row === column ? 0 : rows[row][column] / rows[column][column];
      for (let at = column; factor && at < 9; at += 1) rows[row][at] -= factor * rows[column][at];
    }
  }
  const [a, b, c, d, e, f, g, i] = rows.map((row, at) => row[8] / row[at]);
  return (u, v) => {
    const depth = g * u + i * v + 1;
    return { x: (a * u + b * v + c) / depth, y: (d * u + e * v + f) / depth };
  };
}

/** @param {Point} one @param {Point} two */
function distance(one, two) {
  return Math.hypot(one.x - two.x, one.y - two.y);
}
