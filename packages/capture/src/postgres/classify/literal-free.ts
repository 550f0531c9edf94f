import { isSpace } from "./lexical.ts";

/** A statement with its literals taken out. `start` and `end` are where it stands in the text, trimmed. */
export interface LiteralFree {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Replaces the literals of a single plain statement, so that statements which differ only in them share a key.
 *
 * It understands numbers, ordinary strings, quoted names, parameters, and one semicolon at the end. Whatever else
 * could make two texts of different structure look alike ends the attempt: comments, E'', U&'' and dollar quoted
 * strings, a second statement, numbers in an unusual notation. The answer is then `undefined`, never a guess.
 *
 * Everything that is not a literal stays in the key as written, so equal keys mean equal tokens but for literals.
 */
export function literalFree(text: string): LiteralFree | undefined {
  let start = 0;
  while (isSpace(text.charCodeAt(start))) start += 1;
  let key = "";
  let copied = start;
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isNameStart(code)) {
      at = skipName(text, at);
    } else if (isDigit(code)) {
      const end = skipDigits(text, at);
      if (isNameStart(text.charCodeAt(end)) || text[end] === "$") return undefined;
      key += `${text.slice(copied, at)}0`;
      copied = at = end;
    } else if (code === singleQuote) {
      const end = isPlainQuote(text, at) ? skipUntilQuote(text, at, "'") : -1;
      if (end === -1) return undefined;
      key += `${text.slice(copied, at)}''`;
      copied = at = end;
    } else if (code === doubleQuote) {
      at = text[at - 1] === "&" ? -1 : skipUntilQuote(text, at, '"');
      if (at === -1) return undefined;
    } else if (code === dollar) {
      const end = skipDigits(text, at + 1);
      if (end === at + 1 || isNameStart(text.charCodeAt(end))) return undefined;
      at = end;
    } else if (code === semicolon) {
      return isBlank(text, at + 1) ? finish(text, key, start, copied, at) : undefined;
    } else if (code === 0 || beginsComment(text, at)) {
      return undefined;
    } else {
      at += 1;
    }
  }
  return finish(text, key, start, copied, text.length);
}

const singleQuote = 0x27;
const doubleQuote = 0x22;
const dollar = 0x24;
const semicolon = 0x3b;

function finish(text: string, key: string, start: number, copied: number, stop: number): LiteralFree {
  let end = stop;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return { key: key + text.slice(copied, Math.max(end, copied)), start, end };
}

function isNameStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function skipName(text: string, at: number): number {
  let end = at + 1;
  for (let code = text.charCodeAt(end); isNameStart(code) || isDigit(code) || code === dollar; ) {
    end += 1;
    code = text.charCodeAt(end);
  }
  return end;
}

function skipDigits(text: string, at: number): number {
  let end = at;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** A quote right behind a name or an ampersand belongs to E'', B'', X'', N'' or U&''. */
function isPlainQuote(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return !(isNameStart(before) || isDigit(before) || before === dollar || text[at - 1] === "&");
}

/** Behind the closing quote, or -1; a doubled quote does not close. */
function skipUntilQuote(text: string, at: number, quote: string): number {
  let end = text.indexOf(quote, at + 1);
  while (end !== -1 && text[end + 1] === quote) end = text.indexOf(quote, end + 2);
  return end === -1 ? -1 : end + 1;
}

function beginsComment(text: string, at: number): boolean {
  return (text[at] === "-" && text[at + 1] === "-") || (text[at] === "/" && text[at + 1] === "*");
}

function isBlank(text: string, from: number): boolean {
  for (let at = from; at < text.length; at += 1) if (!isSpace(text.charCodeAt(at))) return false;
  return true;
}
