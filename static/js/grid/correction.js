// Reed-Solomon over GF(256) with the polynomial of QR symbols, 0x11D (ISO/IEC 18004:2015, 7.5 and annex B): what a scratch or
// a shadow took from a symbol is put back.

const POWERS = new Uint8Array(512);
const LOGS = new Uint8Array(256);
for (let at = 0, value = 1; at < 255; at += 1, value = value < 128 ? value << 1 : (value << 1) ^ 0x11d) {
  POWERS[at] = POWERS[at + 255] = value;
  LOGS[value] = at;
}

/** @param {number} one @param {number} two */
function times(one, two) {
  return one && two ? POWERS[LOGS[one] + LOGS[two]] : 0;
}

/** @param {number} one @param {number} two not 0 */
function over(one, two) {
  return one ? POWERS[LOGS[one] + 255 - LOGS[two]] : 0;
}

/**
 * The value of a polynomial, lowest power first.
 * @param {number[]} polynomial @param {number} x
 */
function valued(polynomial, x) {
  return polynomial.reduceRight((sum, each) => times(sum, x) ^ each, 0);
}

/**
 * A block with up to half of ``checks`` wrong codewords put right; null where there are more.
 * @param {number[]} block data, then ``checks`` codewords of correction @param {number} checks @returns {number[] | null}
 */
export function corrected(block, checks) {
  const words = [...block];
  const syndromes = syndromesOf(words, checks);
  if (syndromes.every((each) => each === 0)) return words;
  const locator = berlekamp(syndromes);
  const wrong = locator.length - 1;
  if (wrong > checks / 2) return null;
  const places = [];
  for (let place = 0; place < words.length; place += 1) if (valued(locator, POWERS[255 - place]) === 0) places.push(place);
  if (places.length !== wrong) return null;
  forney(words, syndromes, locator, places);
  return syndromesOf(words, checks).every((each) => each === 0) ? words : null;
}

/** @param {number[]} words the highest power first @param {number} checks */
function syndromesOf(words, checks) {
  return Array.from({ length: checks }, (_, at) => words.reduce((sum, word) => times(sum, POWERS[at]) ^ word, 0));
}

/**
 * The error locator polynomial, lowest power first (Berlekamp and Massey).
 * @param {number[]} syndromes
 */
function berlekamp(syndromes) {
  let [now, before] = [[1], [1]];
  let [length, gap, last] = [0, 1, 1];
  for (let at = 0; at < syndromes.length; at += 1) {
    let off = syndromes[at];
    for (let i = 1; i <= length; i += 1) off ^= times(now[i] ?? 0, syndromes[at - i]);
    if (off === 0) { gap += 1; continue; }
    const next = [...now];
    const factor = over(off, last);
    before.forEach((each, i) => { next[i + gap] = (next[i + gap] ?? 0) ^ times(factor, each); });
    for (let i = 0; i < next.length; i += 1) next[i] ??= 0;
    if (2 * length <= at) [before, length, last, gap] = [now, at + 1 - length, off, 1];
    else gap += 1;
    now = next;
  }
  return now.slice(0, length + 1);
}

/**
 * Puts right what is wrong at ``places``, counted from the last word.
 * @param {number[]} words @param {number[]} syndromes
 * @param {number[]} locator @param {number[]} places */
function forney(words, syndromes, locator, places) {
  const evaluator = new Array(syndromes.length).fill(0);
  for (let i = 0; i < syndromes.length; i += 1) {
    for (let j = 0; j < locator.length && i + j < syndromes.length; j += 1) evaluator[i + j] ^= times(syndromes[i], locator[j]);
  }
  for (const place of places) {
    const inverse = POWERS[255 - place];
    let slope = 0; // of the locator: in this field its even powers vanish
    for (let i = 1; i < locator.length; i += 2) slope ^= times(locator[i], POWERS[((255 - place) * (i - 1)) % 255]);
    if (slope) words[words.length - 1 - place] ^= times(POWERS[place % 255], over(valued(evaluator, inverse), slope));
  }
}
