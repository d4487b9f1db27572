// The code of a plate as it is typed or read: the grammar of qr/grammar.py, for the phone.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 12;
const SEPARATORS = /[\s\u00ad\u200b-\u200d\u2060\ufeff\u2010-\u2015\u2212\u30fc_.·-]+/g;

/**
 * The code that ``text`` means, or why it is none.
 * @param {string} text @returns {{code: string, message: string}}
 */
export function read(text) {
  const plain = decoded(text.slice(0, 2048)).normalize("NFKC");
  const part = /\/q\/([^/?#&%]*)/i.exec(plain)?.[1] ?? plain;
  const code = part.replace(SEPARATORS, "").toUpperCase().replace(/[IL]/g, "1").replaceAll("O", "0");
  if (!code) return refused("请输入码下方印的12位字符。");
  if ([...code].some((character) => !ALPHABET.includes(character))) return refused("码里只有数字和英文字母，请对照码下方印的字符重新输入。");
  if (code.length !== LENGTH) return refused("码一共12位，请对照码下方印的字符补全。");
  if (code[0] !== "D") return refused("这不是门牌上的码。门牌上的码以 D 开头。");
  if (checkCharacter(code.slice(0, -1)) !== code.at(-1)) return refused("码输错了一位或几位，请对照码下方印的字符核对。");
  return { code, message: "" };
}

/**
 * Luhn mod 32.
 * @param {string} body
 */
function checkCharacter(body) {
  const base = ALPHABET.length;
  const total = [...body].reverse().reduce((sum, character, place) => {
    const value = ALPHABET.indexOf(character) * (place % 2 === 0 ? 2 : 1);
    return sum + Math.floor(value / base) + (value % base);
  }, 0);
  return ALPHABET[(base - (total % base)) % base];
}

/** @param {string} text */
function decoded(text) {
  try {
    return text.includes("%") ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
}

/** @param {string} message */
function refused(message) {
  return { code: "", message };
}
