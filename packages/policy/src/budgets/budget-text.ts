import type { Budget } from "../text/budget-schema.ts";

/** An amount in the unit of a budget's limit, for people: `4.20 USD`, `1200 tokens`. */
export function amountText({ limit }: Budget, amount: number): string {
  return "tokens" in limit ? `${amount} tokens` : moneyText(amount);
}

/** Millionths of a US dollar with the digits that they have, and at least two. */
function moneyText(micros: number): string {
  const digits = String(micros % 1_000_000).padStart(6, "0");
  const fraction = digits.slice(0, 2) + digits.slice(2).replace(/0+$/, "");
  return `${Math.floor(micros / 1_000_000)}.${fraction} USD`;
}

/** Whose budget it is: `the project shop`. */
export function placeText({ per }: Budget, scope: string): string {
  if (per === "all") return "all together";
  return per === "human" && scope === "" ? "nobody in particular" : `the ${per} ${scope}`;
}
