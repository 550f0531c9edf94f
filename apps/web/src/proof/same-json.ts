/** Whether two values of JSON are equal; the order of members does not count. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [names, others] = [Object.keys(a), Object.keys(b)];
  if (names.length !== others.length) return false;
  return names.every(
    (name) =>
      Object.hasOwn(b, name) &&
      isSameJson((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
  );
}
