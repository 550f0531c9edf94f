/**
 * Reads a whole number that is written as the formats of C2SP and RFC 8785 both want it: ASCII digits without leading
 * zeros. `undefined` for anything else, and above 2^53 - 1, where a JavaScript number no longer tells neighbours apart.
 */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
