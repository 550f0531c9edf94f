/** Prices have at most so many digits behind the point: no provider writes more than six. */
export const PRICE_DIGITS = 12;

const SCALE = 10n ** BigInt(PRICE_DIGITS);

/**
 * Adds up tokens times prices without any error of floating point: a price is taken as the decimal number that it is
 * written as. Only the sum is rounded, once, to the nearest whole millionth, and half a one upwards.
 */
export function exactSum(parts: readonly (readonly [tokens: number, price: number])[]): number {
  let sum = 0n;
  for (const [tokens, price] of parts) if (tokens !== 0) sum += BigInt(tokens) * scaled(price);
  return Number((2n * sum + SCALE) / (2n * SCALE));
}

function scaled(price: number): bigint {
  return BigInt(price.toFixed(PRICE_DIGITS).replace(".", ""));
}
