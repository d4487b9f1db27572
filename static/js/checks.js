// What can be said as one leaves a field. The server checks everything again; these are only the early words.

import { blank, day, narrow, number } from "./when.js";
import { value } from "./answers.js";

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/**
 * @param {HTMLElement} field an element with data-field
 * @param {{emptyToo?: boolean}} [how] whether an empty required field is told
 * @returns {string} a sentence that says what to do; "" when nothing is wrong
 */
export function check(field, how = {}) {
  const answer = value(field);
  if (blank(answer)) return how.emptyToo && field.dataset.required !== undefined ? missing(field) : "";
  if (typeof answer !== "string") return "";
  return byKind(field, narrow(answer)) || byLength(field, answer.trim()) || byPattern(field, narrow(answer));
}

/** @param {HTMLElement} field */
export function label(field) {
  const told = field.querySelector("legend, label, .label")?.firstChild?.textContent ?? "";
  return told.trim();
}

/** @param {HTMLElement} field */
function missing(field) {
  const choosing = ["single", "multiple", "yes_no", "area", "member"].includes(field.dataset.type ?? "");
  return `请${choosing ? "选择" : "填写"}“${label(field)}”。`;
}

/** @param {HTMLElement} field @param {string} text */
function byKind(field, text) {
  switch (field.dataset.type) {
    case "id_number": return idNumber(text.replace(/[\s-]/g, "").toUpperCase());
    case "phone": return /^(\+?86)?1[3-9]\d{9}$|^0\d{9,11}$/.test(text.replace(/[\s\-()]/g, "")) ? ""
      : "请填写11位手机号码，或带区号的固定电话，例如 0874-1234567。";
    case "bank_account": return /^\d{12,20}$/.test(text.replace(/[\s-]/g, "")) ? ""
      : "请填写银行卡号或存折账号，12到20位数字。";
    case "credit_code": return text.replace(/[\s-]/g, "").length === 18 ? "" : "请填写18位统一社会信用代码，可在营业执照上查到。";
    case "date": return day(text) ? "" : `“${label(field)}”请填写真实的日期，例如 20260103。`;
    case "month": return day(text) ? "" : `“${label(field)}”请填写真实的年月，例如 202601。`;
    case "integer": case "decimal": case "money": return byNumber(field, text);
    default: return "";
  }
}

/**
 * GB 11643: length, birth date, weighted sum mod 11.
 * @param {string} text
 * @returns {string}
 */
export function idNumber(text) {
  if (text.length !== 18) return "请填写18位身份证号码，最后一位可以是X。";
  if (!/^\d{17}[\dX]$/.test(text)) return "身份证号码前17位是数字，最后一位是数字或X，请检查。";
  if (!day(text.slice(6, 14))) return "身份证号码第7到14位的出生日期不对，请对照证件检查。";
  const sum = ID_WEIGHTS.reduce((total, weight, at) => total + weight * Number(text[at]), 0);
  return "10X98765432"[sum % 11] === text[17] ? "" : "身份证号码有误，可能输错了某一位，请对照证件检查。";
}

/** @param {HTMLElement} field @param {string} text */
function byNumber(field, text) {
  const unit = field.querySelector(".with-unit > span")?.textContent ?? "";
  const given = number(text.replace(/^[¥￥]/, "").replace(unit, ""));
  const { min, max, type } = field.dataset;
  if (given === null) return `“${label(field)}”请只填数字，例如 ${type === "integer" ? "12" : "12.5"}。`;
  if (type === "integer" && !Number.isInteger(given)) return `“${label(field)}”请填写整数，不带小数。`;
  const least = min ?? (type === "money" ? "0" : undefined);
  if (least !== undefined && given < Number(least)) return `“${label(field)}”不能小于${least}${unit}，请检查。`;
  if (max !== undefined && given > Number(max)) return `“${label(field)}”不能大于${max}${unit}，请检查。`;
  return "";
}

/**
 * Characters, not UTF-16 units: 𠮷 counts once.
 * @param {HTMLElement} field
 * @param {string} text
 */
function byLength(field, text) {
  const { minLength, maxLength } = field.dataset;
  const length = [...text].length;
  if (minLength && length < Number(minLength)) return `“${label(field)}”至少填${minLength}个字，请补充。`;
  if (maxLength && length > Number(maxLength)) return `“${label(field)}”最多填${maxLength}个字，请删减。`;
  return "";
}

/** @param {HTMLElement} field @param {string} text */
function byPattern(field, text) {
  if (!field.dataset.pattern) return "";
  let pattern;
  try {
    pattern = new RegExp(`^(?:${field.dataset.pattern})$`, "u");
  } catch {
    return ""; // written for the server's engine; it will say
  }
  return pattern.test(text) ? "" : field.dataset.patternMessage || `“${label(field)}”的格式不对，请检查。`;
}
