/**
 * Floating point numbers, in the fewest digits that still mean the number, as the server prints them.
 *
 * JavaScript's fewest digits are almost the server's. But a decimal that lies exactly between two numbers is read
 * as the even one; JavaScript therefore takes it for that one's shortest form, and PostgreSQL does not.
 */
export function decodeFloat8(bytes: Buffer): string | undefined {
  if (bytes.length !== 8) return undefined;
  const value = bytes.readDoubleBE();
  return formatFloat(
    value,
    shortest(value, 16, (text) => Number(text) === value && !isHalfwayDouble(text, value)),
    15,
  );
}

export function decodeFloat4(bytes: Buffer): string | undefined {
  if (bytes.length !== 4) return undefined;
  const value = bytes.readFloatBE();
  return formatFloat(
    value,
    shortest(value, 8, (text) => isShortSingle(text, value)),
    6,
  );
}

/** Seventeen digits are enough for any double, nine for a single. */
function shortest(value: number, digitsMax: number, isGood: (text: string) => boolean): string {
  if (!Number.isFinite(value)) return String(value);
  // JavaScript's own is right for all but a few doubles, and it is too long for singles.
  const own = value.toExponential();
  if (digitsMax === 16 && isGood(own)) return own;
  for (let digits = 0; digits < digitsMax; digits += 1) {
    const candidate = roundHalfEven(value, digits);
    if (isGood(candidate)) return candidate;
  }
  return roundHalfEven(value, digitsMax);
}

/** JavaScript rounds 2.25 to 2.3, and PostgreSQL to 2.2; what is exactly between shows within sixty digits. */
function roundHalfEven(value: number, digits: number): string {
  const [mantissa = "", exponent] = value.toExponential(60).split("e");
  const cut = mantissa.indexOf(".") + 1 + digits;
  const kept = digits === 0 ? mantissa.slice(0, cut - 1) : mantissa.slice(0, cut);
  const isBetween = /^50*$/.test(mantissa.slice(cut)) && /[02468]$/.test(kept);
  return isBetween ? `${kept}e${exponent}` : value.toExponential(digits);
}

/** A single and the middle between two of them are exact as doubles. */
function isShortSingle(text: string, value: number): boolean {
  const candidate = Number(text);
  if (Math.fround(candidate) !== value) return false;
  const bits = new Int32Array(new Float32Array([value]).buffer);
  const neighbours = [1, -1].map(
    (step) => new Float32Array(Int32Array.of((bits[0] ?? 0) + step).buffer)[0] ?? 0,
  );
  return neighbours.every((neighbour) => candidate !== (value + neighbour) / 2);
}

/** Below 2^53 the middle between two doubles has more than seventeen digits; above, all are integers. */
function isHalfwayDouble(text: string, value: number): boolean {
  if (!(Math.abs(value) >= 2 ** 53)) return false;
  const [mantissa = "", exponent = "0"] = text.split("e");
  const digits = mantissa.replace(".", "");
  const zeros = Number(exponent) - (digits.replace("-", "").length - 1);
  if (zeros < 0) return false;
  const candidate = BigInt(digits) * 10n ** BigInt(zeros);
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  return [1n, -1n].some((step) => {
    const neighbour = new Float64Array(BigInt64Array.of((bits[0] ?? 0n) + step).buffer)[0] ?? 0;
    return Number.isFinite(neighbour) && 2n * candidate === BigInt(value) + BigInt(neighbour);
  });
}

/** PostgreSQL writes an exponent of two digits or more, and only below -4 or from `exponentMax` on. */
function formatFloat(value: number, exponential: string, exponentMax: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponentText = "0"] = exponential.split("e");
  const exponent = Number(exponentText);
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < -4 || exponent >= exponentMax) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
