/** Leaves out what is not there: undefined, empty text, empty lists and empty objects say nothing to anybody. */
export function present<Shape extends object>(fields: Shape): Partial<Shape> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => !isNothing(value)),
  ) as Partial<Shape>;
}

/** Like `present`; undefined when nothing is left. */
export function presentOrNone<Shape extends object>(fields: Shape): Partial<Shape> | undefined {
  const found = present(fields);
  return Object.keys(found).length === 0 ? undefined : found;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}
