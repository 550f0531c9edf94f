/** What may stand in a file name everywhere. */
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/**
 * The folder of a log below a place, with slashes: its origin, `custody.example/4f`. What is no plain name is written
 * by its bytes, so that no origin leads out of the place or into the folder of another.
 */
export function originPath(origin: string): string {
  return origin
    .split("/")
    .map((part) => (PLAIN.test(part) ? part : byBytes(part)))
    .join("/");
}

export function checkpointName(size: number): string {
  return `${size}.checkpoint`;
}

/** The size in such a name; undefined when it is another file. */
export function sizeOfName(name: string): number | undefined {
  const size = Number(/^(0|[1-9]\d{0,15})\.checkpoint$/.exec(name)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(size) ? size : undefined;
}

function byBytes(part: string): string {
  const bytes = [...Buffer.from(part)];
  const written = bytes.map((byte, at) => {
    const character = String.fromCharCode(byte);
    const isPlain = /[A-Za-z0-9_-]/.test(character) || (at > 0 && character === ".");
    return isPlain ? character : `%${byte.toString(16).padStart(2, "0")}`;
  });
  // An empty part would vanish from the path.
  return written.join("") || "%";
}
