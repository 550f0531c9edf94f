/** Deeper nesting than this is no conversation; it is stored as a note that it was left out. */
const DEPTH_MAX = 200;

/** JSON with every text in it, names of members included, as `redact` returns it. */
export function redactValue(value: unknown, redact: (text: string) => string, depth = 0): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return "[nested too deeply]";
  if (Array.isArray(value)) return value.map((member) => redactValue(member, redact, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [redact(name), redactValue(member, redact, depth + 1)]),
  );
}
