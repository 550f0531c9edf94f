/** Millionths of a US dollar with the digits that they have, and at least two: `4.20 USD`, `0.000031 USD`. */
export function moneyText(micros: number): string {
  const digits = String(micros % 1_000_000).padStart(6, "0");
  const fraction = digits.slice(0, 2) + digits.slice(2).replace(/0+$/, "");
  return `${Math.floor(micros / 1_000_000)}.${fraction} USD`;
}
