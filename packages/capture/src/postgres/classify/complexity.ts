import { isSpace, skipQuoted } from "./lexical.ts";

/** Texts up to here cannot nest deeply enough to overflow the parser: that takes 11 KB of the densest nesting. */
const alwaysSimpleBytes = 6 * 1024;

/** Half of what overflows the parser in its costliest form, nested subqueries, on Node's default stack. */
const depthMax = 2000;

/**
 * Whether the parser may be trusted with this text on the ordinary stack.
 *
 * Every level of a parse tree costs at least one token, and a comma begins anew at the level of the bracket around
 * it. So the tokens since the last comma, summed over the open brackets, are an upper bound of the depth:
 * a list of ten thousand values is shallow, a sum of ten thousand terms is deep.
 */
export function isSimple(sql: string): boolean {
  if (sql.length <= alwaysSimpleBytes) return true;
  const outer: number[] = [];
  let outerSum = 0;
  let here = 0;
  for (let at = 0; at < sql.length; ) {
    const code = sql.charCodeAt(at);
    const behind = skipQuoted(sql, at);
    if (behind > at) {
      here += 1;
      at = behind;
    } else if (isSpace(code)) {
      at += 1;
    } else if (isOpening(code)) {
      outer.push(here + 1);
      outerSum += here + 1;
      here = 0;
      at += 1;
    } else if (isClosing(code)) {
      // A closing bracket without an opening one is the parser's to refuse.
      here = outer.pop() ?? here;
      outerSum = Math.max(0, outerSum - here);
      at += 1;
    } else if (code === comma || code === semicolon) {
      here = 0;
      at += 1;
    } else {
      here += 1;
      at = skipWord(sql, at);
    }
    if (outerSum + here > depthMax) return false;
  }
  return true;
}

const comma = 0x2c;
const semicolon = 0x3b;

function isOpening(code: number): boolean {
  return code === 0x28 || code === 0x5b;
}

function isClosing(code: number): boolean {
  return code === 0x29 || code === 0x5d;
}

/** Behind the word or number that begins here; any other character is a token by itself. */
function skipWord(sql: string, at: number): number {
  let end = at;
  while (end < sql.length && isWordCode(sql.charCodeAt(end))) end += 1;
  return Math.max(end, at + 1);
}

function isWordCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code >= 0x80
  );
}
