import { isSpace, skipQuoted } from "./lexical.ts";

/** Texts up to here cannot nest deeply enough to overflow the parser: that takes 11 KB of the densest nesting. */
const alwaysSimpleCharacters = 6 * 1024;

/** Half of the least depth, as counted here, that overflows the parser on Node's default stack. */
const depthMax = 3500;

/** What a pair of brackets adds in the worst case: a subquery in a select list, with the nodes between. */
const bracketDepth = 4;

/** UNION, EXCEPT, INTERSECT: they chain to the left, however many commas stand between them. */
const setOperationDepth = 2;
const setOperation = /^(?:union|except|intersect)$/i;

/**
 * The lexer looks at all of a run of operator characters for each operator, or comment, that begins in it: a quarter of
 * a megabyte of them would keep it busy for minutes.
 */
const operatorRunMax = 1000;
const operatorCharacters: ReadonlySet<number> = new Set(Buffer.from("~!@#^&|`?+-*/%<>="));

/** What is known about the brackets that are open, from the outside in. */
interface Level {
  /** Depth of the item that the brackets stand in, up to them. */
  readonly before: number;
  /** Depth of the deepest item inside that has ended. */
  deepest: number;
  setOperations: number;
}

/**
 * Whether the parser may be trusted with this text on the ordinary stack.
 *
 * An upper bound of the depth of the parse tree, from the tokens alone: each token of an item is at most a level
 * on top of the ones before it, brackets are as deep as their deepest item, and a comma begins another item. So a
 * list of ten thousand values is shallow, a sum of ten thousand terms is deep.
 */
export function isSimple(sql: string): boolean {
  if (sql.length <= alwaysSimpleCharacters) return true;
  if (hasLongOperatorRun(sql)) return false;
  const levels: Level[] = [{ before: 0, deepest: 0, setOperations: 0 }];
  let outside = 0;
  let here = 0;
  for (let at = 0; at < sql.length; ) {
    const level = levels.at(-1) as Level;
    const code = sql.charCodeAt(at);
    const end = endOfToken(sql, at);
    if (isOpening(code)) {
      levels.push({ before: here, deepest: 0, setOperations: 0 });
      outside += here + bracketDepth;
      here = 0;
    } else if (isClosing(code) && levels.length > 1) {
      levels.pop();
      const chained = setOperationDepth * level.setOperations;
      here = level.before + bracketDepth + chained + Math.max(level.deepest, here);
      outside -= level.before + bracketDepth + chained;
    } else if (code === comma || code === semicolon) {
      level.deepest = Math.max(level.deepest, here);
      here = 0;
    } else if (!isSpace(code)) {
      here += 1;
      if (isSetOperation(sql, at, end)) {
        level.setOperations += 1;
        outside += setOperationDepth;
      }
    }
    if (outside + here > depthMax) return false;
    at = end;
  }
  return true;
}

function hasLongOperatorRun(sql: string): boolean {
  let run = 0;
  for (let at = 0; at < sql.length; at += 1) {
    run = operatorCharacters.has(sql.charCodeAt(at)) ? run + 1 : 0;
    if (run > operatorRunMax) return true;
  }
  return false;
}

/** Most words are of another length than these three. */
function isSetOperation(sql: string, at: number, end: number): boolean {
  const size = end - at;
  return (size === 5 || size === 6 || size === 9) && setOperation.test(sql.slice(at, end));
}

const comma = 0x2c;
const semicolon = 0x3b;

function isOpening(code: number): boolean {
  return code === 0x28 || code === 0x5b;
}

function isClosing(code: number): boolean {
  return code === 0x29 || code === 0x5d;
}

/** Behind the comment, quoted text, word or number that begins here; any other character is a token by itself. */
function endOfToken(sql: string, at: number): number {
  let end = skipQuoted(sql, at);
  if (end > at) return end;
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
