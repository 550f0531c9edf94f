/**
 * The parts of PostgreSQL's lexical rules (scan.l) that are needed where the parser is too slow, or says too
 * little. Positions are those of the given text.
 */

/** Behind the comment, or the quoted text, that begins at `at`; `at` itself when none begins there. */
export function skipQuoted(text: string, at: number): number {
  switch (text.charCodeAt(at)) {
    case singleQuote:
      return skipString(text, at);
    case doubleQuote:
      return skipDoubled(text, at, '"');
    case dollar:
      return skipDollarQuoted(text, at);
    default:
      return skipComment(text, at);
  }
}

const singleQuote = 0x27;
const doubleQuote = 0x22;
const dollar = 0x24;

/** Behind the comment that begins at `at`; comments in slash and asterisk nest. */
export function skipComment(text: string, at: number): number {
  if (text.startsWith("--", at)) {
    const rest = /[\r\n]/g;
    rest.lastIndex = at;
    return rest.exec(text)?.index ?? text.length;
  }
  if (!text.startsWith("/*", at)) return at;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}

/** In an E string a backslash takes the next character with it; elsewhere only a doubled quote continues. */
function skipString(text: string, at: number): number {
  const isEscape = /[eE]/.test(text[at - 1] ?? "") && !/[\w$\u0080-\uffff]/.test(text[at - 2] ?? "");
  if (!isEscape) return skipDoubled(text, at, "'");
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text[index] === "'") {
      if (text[index + 1] !== "'") return index + 1;
      index += 1;
    }
  }
  return text.length;
}

function skipDoubled(text: string, at: number, quote: string): number {
  let end = text.indexOf(quote, at + 1);
  while (end !== -1 && text[end + 1] === quote) end = text.indexOf(quote, end + 2);
  return end === -1 ? text.length : end + 1;
}

function skipDollarQuoted(text: string, at: number): number {
  const opening = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
  opening.lastIndex = at;
  const tag = opening.exec(text)?.[0];
  if (tag === undefined) return at;
  const end = text.indexOf(tag, at + tag.length);
  return end === -1 ? text.length : end + tag.length;
}

/** Space, tab, line feed, vertical tab, form feed, carriage return: all that PostgreSQL takes for white space. */
export function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
