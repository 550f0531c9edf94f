const positive = 0x0000;
const negative = 0x4000;
const specials: ReadonlyMap<number, string> = new Map([
  [0xc000, "NaN"],
  [0xd000, "Infinity"],
  [0xf000, "-Infinity"],
]);

/**
 * Four 16-bit words — count of digits, weight of the first, sign, digits behind the point — and then the digits, in
 * base 10,000 (numeric_send in PostgreSQL's numeric.c).
 */
export function decodeNumeric(bytes: Buffer): string | undefined {
  if (bytes.length < 8 || bytes.length !== 8 + 2 * bytes.readUInt16BE(0)) return undefined;
  const sign = bytes.readUInt16BE(4);
  const special = specials.get(sign);
  if (special !== undefined) return special;
  const weight = bytes.readInt16BE(2);
  const scale = bytes.readUInt16BE(6);
  const digits: number[] = [];
  for (let at = 8; at < bytes.length; at += 2) digits.push(bytes.readUInt16BE(at));
  // The server accepts no larger scale, and a number of our own making must not fill the memory.
  const isSane = (sign === positive || sign === negative) && scale <= 0x3fff;
  if (!isSane || digits.some((digit) => digit > 9999)) return undefined;
  return (sign === negative ? "-" : "") + wholePart(digits, weight) + fraction(digits, weight, scale);
}

/** The digit of weight w stands for 10,000^w; beyond the ones sent, all are zero. */
function wholePart(digits: readonly number[], weight: number): string {
  let text = "";
  for (let place = weight; place >= 0; place -= 1) text += group(digits[weight - place]);
  return text.replace(/^0+(?=\d)/, "") || "0";
}

function fraction(digits: readonly number[], weight: number, scale: number): string {
  if (scale === 0) return "";
  let text = "";
  for (let place = -1; text.length < scale; place -= 1) text += group(digits[weight - place]);
  return `.${text.slice(0, scale)}`;
}

function group(digit: number | undefined): string {
  return String(digit ?? 0).padStart(4, "0");
}
