import { moneyText } from "@custody/domain";
import type { Budget } from "../text/budget-schema.ts";

/** An amount in the unit of a budget's limit, for people: `4.20 USD`, `1200 tokens`. */
export function amountText({ limit }: Budget, amount: number): string {
  return "tokens" in limit ? `${amount} tokens` : moneyText(amount);
}

/** Whose budget it is: `the project shop`. */
export function placeText({ per }: Budget, scope: string): string {
  if (per === "all") return "all together";
  return per === "human" && scope === "" ? "nobody in particular" : `the ${per} ${scope}`;
}
