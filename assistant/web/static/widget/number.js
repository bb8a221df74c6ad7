/** Amounts as answers write them, in any of the three languages. */

const CURRENCY = "(?:[A-Z]{3}\\s|[A-Z]{0,3}\\p{Sc})";
const UNIT = "(?:[%‰kKmM万亿元天笔月]|[A-Z]{3}|Kč|[A-Z]{0,3}\\p{Sc})";
const NUMBER = new RegExp(`^[-−–+(]?\\s*${CURRENCY}?\\s*[-−–+]?\\d[\\d.,'’\\s]*\\)?\\s*${UNIT}?\\)?$`, "u");
const DATE = /^\d{4}-\d{2}(-\d{2})?$/;
const LONGEST_PLAIN_NUMBER = 8;
const MULTIPLES = { k: 1e3, K: 1e3, m: 1e6, M: 1e6, 万: 1e4, 亿: 1e8 };

/** "CN¥1,200.00", "1.200,00 €", "-3.5 %", "12", "¥50万"; neither "A-20417" nor "2026-11-20". */
export function isAmount(text) {
  const plain = /^\d+$/.test(text);
  return NUMBER.test(text) && !DATE.test(text) && !(plain && text.length > LONGEST_PLAIN_NUMBER);
}

/** The number of an amount. Of a comma and a point the last parts off decimals; alone it does unless three digits follow. */
export function numberOf(text) {
  const sign = /[-−–(]/.test(text.split(/\d/)[0]) ? -1 : 1;
  const digits = /\d[\d.,'’\s]*/.exec(text)[0].replace(/['’\s]/g, "").replace(/[.,]$/, "");
  const at = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  const mark = digits[at];
  const hasBoth = digits.includes(".") && digits.includes(",");
  const isDecimal = at >= 0 && digits.split(mark).length === 2 && (hasBoth || digits.length - at !== 4);
  const whole = (isDecimal ? digits.slice(0, at) : digits).replace(/[.,]/g, "");
  const unit = MULTIPLES[text.trim().at(-1)] ?? 1;
  return sign * unit * Number(isDecimal ? `${whole}.${digits.slice(at + 1)}` : whole);
}
