/** JSON that is nested more deeply is no conversation, and would end the stack of whoever walks it. */
const NESTING_MAX = 200;

/** Without reading it, which is what would fail. @throws Error */
export function refuseNesting(json: Buffer): void {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = textEnd(json, at + 1);
      if (at === -1) return;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > NESTING_MAX) throw new Error(`it is nested more than ${NESTING_MAX} deep`);
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
  }
}

/** Where the text ends that begins at `from`: most of a conversation is texts, and a search is faster than a look at each byte. */
function textEnd(json: Buffer, from: number): number {
  for (let at = json.indexOf(QUOTE, from); at !== -1; at = json.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (at - slashes > from && json[at - slashes - 1] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
