/** Decodes one element; undefined means that it cannot. */
export type DecodeElement = (bytes: Buffer) => string | undefined;

/** See MAXDIM in PostgreSQL's array.h. */
const dimensionsMax = 6;

/**
 * Dimensions, a flag for nulls, the element's type, size and lower bound of each dimension; then each element with
 * its size, or -1 for null (array_send in arrayfuncs.c).
 */
export function decodeArray(bytes: Buffer, elementOid: number, decode: DecodeElement): string | undefined {
  if (bytes.length < 12 || bytes.readUInt32BE(8) !== elementOid) return undefined;
  const count = bytes.readInt32BE(0);
  if (count < 0 || count > dimensionsMax || bytes.length < 12 + 8 * count) return undefined;
  const sizes: number[] = [];
  let bounds = "";
  for (let dimension = 0; dimension < count; dimension += 1) {
    const size = bytes.readInt32BE(12 + 8 * dimension);
    const lower = bytes.readInt32BE(16 + 8 * dimension);
    if (size <= 0) return undefined;
    sizes.push(size);
    bounds += `[${lower}:${lower + size - 1}]`;
  }
  const elements = decodeElements(bytes, 12 + 8 * count, decode);
  const total = sizes.reduce((product, size) => product * size, count === 0 ? 0 : 1);
  if (elements === undefined || elements.length !== total) return undefined;
  if (total === 0) return "{}";
  const isOrdinary = bounds.replace(/\[1:\d+\]/g, "") === "";
  return (isOrdinary ? "" : `${bounds}=`) + nest(elements, sizes);
}

/** All elements up to the end; each takes at least the four bytes of its size, so nothing can be made up. */
function decodeElements(bytes: Buffer, from: number, decode: DecodeElement): string[] | undefined {
  const elements: string[] = [];
  for (let at = from; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined;
    const size = bytes.readInt32BE(at);
    at += 4;
    if (size === -1) {
      elements.push("NULL");
      continue;
    }
    if (size < 0 || at + size > bytes.length) return undefined;
    const element = decode(bytes.subarray(at, at + size));
    if (element === undefined) return undefined;
    elements.push(quote(element));
    at += size;
  }
  return elements;
}

/** `{{1,2},{3,4}}`, the last dimension innermost. */
function nest(elements: readonly string[], sizes: readonly number[]): string {
  let level = elements;
  for (const size of [...sizes].reverse()) {
    const groups: string[] = [];
    for (let at = 0; at < level.length; at += size) groups.push(`{${level.slice(at, at + size).join(",")}}`);
    level = groups;
  }
  return level[0] ?? "{}";
}

function quote(element: string): string {
  const isPlain = element !== "" && !/[{}",\\ \t\n\r\v\f]/.test(element) && !/^null$/i.test(element);
  return isPlain ? element : `"${element.replace(/["\\]/g, "\\$&")}"`;
}
