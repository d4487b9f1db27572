// What a QR symbol says, of its modules: format, mask, codewords, correction, text (ISO/IEC 18004:2015, 7 and 12).

import { corrected } from "./correction.js";

const LEVELS = ["M", "L", "H", "Q"]; // by the two bits of the format
const WORDS = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346]; // codewords of versions 1 to 10
/**
 * For each level, by version: codewords of correction in a block, and how many blocks.
 * @type {Record<string, number[][]>}
 */
const BLOCKS = {
  L: [[7, 10, 15, 20, 26, 18, 20, 24, 30, 18], [1, 1, 1, 1, 1, 2, 2, 2, 2, 4]],
  M: [[10, 16, 26, 18, 24, 16, 18, 22, 22, 26], [1, 1, 1, 2, 2, 4, 4, 4, 5, 5]],
  Q: [[13, 22, 18, 26, 18, 24, 18, 22, 20, 24], [1, 1, 2, 2, 4, 4, 6, 6, 8, 8]],
  H: [[17, 28, 22, 16, 22, 28, 26, 26, 24, 28], [1, 1, 2, 4, 4, 4, 5, 6, 8, 8]],
};
/** Middles of alignment patterns by version. */
const ALIGNED = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
/** @type {((row: number, column: number) => boolean)[]} */
const MASKS = [
  (i, j) => (i + j) % 2 === 0, (i) => i % 2 === 0, (_i, j) => j % 3 === 0, (i, j) => (i + j) % 3 === 0,
  (i, j) => ((i >> 1) + Math.floor(j / 3)) % 2 === 0, (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0, (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
];
const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/**
 * The text of a symbol; "" where it cannot be made out.
 * @param {boolean[][]} symbol rows of modules, true is dark
 */
export function reads(symbol) {
  const format = formatOf(symbol);
  if (!format) return "";
  const version = (symbol.length - 17) / 4;
  const data = dataOf(wordsOf(symbol, version, MASKS[format.mask]), version, format.level);
  return data ? textOf(data, version) : "";
}

/**
 * Level and mask, of the copy that is nearest to a right one.
 * @param {boolean[][]} symbol
 */
function formatOf(symbol) {
  const size = symbol.length;
  const [one, two] = [[], []].map(() => /** @type {boolean[]} */ ([]));
  for (let at = 0; at < 6; at += 1) one.push(symbol[8][at]);
  one.push(symbol[8][7], symbol[8][8], symbol[7][8]);
  for (let at = 5; at >= 0; at -= 1) one.push(symbol[at][8]);
  for (let at = 1; at <= 7; at += 1) two.push(symbol[size - at][8]);
  for (let at = 8; at >= 1; at -= 1) two.push(symbol[8][size - at]);
  let best = { wrong: 4, format: 0 }; // the code corrects three
  for (let format = 0; format < 32; format += 1) {
    const right = formatBits(format);
    for (const copy of [one, two]) {
      const wrong = copy.reduce((sum, bit, at) => sum + (Number(bit) !== ((right >> (14 - at)) & 1) ? 1 : 0), 0);
      if (wrong < best.wrong) best = { wrong, format };
    }
  }
  return best.wrong < 4 ? { level: LEVELS[best.format >> 3], mask: best.format & 7 } : null;
}

/**
 * BCH (15, 5) and its mask.
 * @param {number} format
 */
function formatBits(format) {
  let rest = format << 10;
  for (let bit = 14; bit >= 10; bit -= 1) if ((rest >> bit) & 1) rest ^= 0b10100110111 << (bit - 10);
  return ((format << 10) | rest) ^ 0b101010000010010;
}

/** @param {boolean[][]} symbol @param {number} version @param {(row: number, column: number) => boolean} mask */
function wordsOf(symbol, version, mask) {
  const size = symbol.length;
  const fixed = fixedModules(size, version);
  const words = new Uint8Array(WORDS[version - 1]);
  let bits = 0;
  let upwards = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1; // the column of the timing pattern
    for (let step = 0; step < size; step += 1) {
      const row = upwards ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (fixed[row][column] || bits >= words.length * 8) continue;
        if (symbol[row][column] !== mask(row, column)) words[bits >> 3] |= 0x80 >> (bits & 7);
        bits += 1;
      }
    }
    upwards = !upwards;
  }
  return words;
}

/**
 * Modules that carry no data.
 * @param {number} size @param {number} version
 */
function fixedModules(size, version) {
  const fixed = Array.from({ length: size }, () => new Array(size).fill(false));
  const block = (/** @type {number} */ top, /** @type {number} */ left, /** @type {number} */ high, /** @type {number} */ wide) => {
    for (let row = top; row < top + high; row += 1) for (let column = left; column < left + wide; column += 1) fixed[row][column] = true;
  };
  block(0, 0, 9, 9);
  block(0, size - 8, 9, 8);
  block(size - 8, 0, 8, 9);
  block(6, 0, 1, size);
  block(0, 6, size, 1);
  const middles = ALIGNED[version - 1];
  const last = middles.length - 1;
  middles.forEach((row, i) => middles.forEach((column, j) => {
    const finder = (i === 0 && (j === 0 || j === last)) || (i === last && j === 0);
    if (!finder) block(row - 2, column - 2, 5, 5);
  }));
  if (version >= 7) {
    block(0, size - 11, 6, 3);
    block(size - 11, 0, 3, 6);
  }
  return fixed;
}

/**
 * Blocks taken apart, corrected, and their data one after another.
 * @param {Uint8Array} words @param {number} version
 * @param {string} level @returns {number[] | null} */
function dataOf(words, version, level) {
  const [checks, count] = BLOCKS[level].map((row) => row[version - 1]);
  const whole = Math.floor(words.length / count);
  const short = count - (words.length % count);
  /** @type {number[][]} */
  const blocks = Array.from({ length: count }, () => []);
  let at = 0;
  for (let place = 0; place <= whole - checks; place += 1) {
    for (let block = 0; block < count; block += 1) {
      if (place < whole - checks || block >= short) blocks[block].push(words[at++]);
    }
  }
  for (let place = 0; place < checks; place += 1) for (const block of blocks) block.push(words[at++]);
  const data = [];
  for (const block of blocks) {
    const right = corrected(block, checks);
    if (!right) return null;
    data.push(...right.slice(0, block.length - checks));
  }
  return data;
}

/**
 * Segments as text.
 * @param {number[]} data @param {number} version
 */
function textOf(data, version) {
  let at = 0;
  const left = () => data.length * 8 - at;
  const take = (/** @type {number} */ count) => {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, at += 1) value = (value << 1) | ((data[at >> 3] >> (7 - (at & 7))) & 1);
    return value;
  };
  const wide = version >= 10;
  let text = "";
  while (left() >= 4) {
    const mode = take(4);
    if (mode === 0) break;
    if (mode === 1) text += digits(take, take(wide ? 12 : 10));
    else if (mode === 2) text += signs(take, take(wide ? 11 : 9));
    else if (mode === 4) {
      const length = take(wide ? 16 : 8);
      if (length * 8 > left()) return "";
      text += new TextDecoder().decode(Uint8Array.from({ length }, () => take(8)));
    } else if (mode === 7) take(8); // another character set is announced; ours are ASCII
    else return "";
  }
  return text;
}

/** @param {(bits: number) => number} take @param {number} count */
function digits(take, count) {
  let text = "";
  for (let left = count; left > 0; left -= 3) {
    const length = Math.min(3, left);
    text += String(take([0, 4, 7, 10][length])).padStart(length, "0");
  }
  return text;
}

/** @param {(bits: number) => number} take @param {number} count */
function signs(take, count) {
  let text = "";
  for (let left = count; left > 0; left -= 2) {
    const pair = take(left > 1 ? 11 : 6);
    text += left > 1 ? SIGNS[Math.floor(pair / 45)] + SIGNS[pair % 45] : SIGNS[pair];
  }
  return text;
}
