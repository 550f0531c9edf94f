/** Headers as they stood on the wire: name, value, name, value. */
export type RawHeaders = readonly string[];

/** Of one connection only (RFC 9110, section 7.6.1), and the framing of the body, which is anew on each. */
const HOP_BY_HOP = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What goes on, in its order and its spelling, without `dropped`, whose names are in lower case. */
export function endToEnd(raw: RawHeaders, dropped: readonly string[] = []): string[] {
  const options = connectionOptions(raw);
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] as string;
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || dropped.includes(lower) || options.includes(lower)) continue;
    kept.push(name, raw[at + 1] as string);
  }
  return kept;
}

/** The value of the first header of that name, which is in lower case. */
export function headerOf(raw: RawHeaders, name: string): string | undefined {
  for (let at = 0; at + 1 < raw.length; at += 2)
    if ((raw[at] as string).toLowerCase() === name) return raw[at + 1];
  return undefined;
}

function connectionOptions(raw: RawHeaders): readonly string[] {
  const value = headerOf(raw, "connection") ?? "";
  return value.split(",").map((option) => option.trim().toLowerCase());
}
