import type { Detector } from "./detector.ts";

/** RFC 7468; keys of OpenPGP and of OpenSSH look the same. The largest in use has some 13 KB. */
export const KEY_LENGTH_MAX: number = 64 * 1024;

const begin = /-----BEGIN (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
const end = /-----END (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
/** A line break, also as it is written in JSON and in JSON within JSON. */
const gap = /(?:\s|\\{1,4}[nr]|[A-Za-z][A-Za-z-]{1,20}: [^\n\\]{1,120}(?=[\n\\]))*/y;
const line = /[A-Za-z0-9+/]{16,128}={0,2}/y;
const lastLine = /[A-Za-z0-9+/]{1,15}={0,2}/y;
const unfinished = /[A-Za-z0-9+/=\s\\:, -]{0,128}$/y;

/** A private key in its armour; one that is cut off counts as far as its lines go. */
export const privateKey: Detector = {
  anchors: ["-----BEGIN "],
  find: (text, at) => {
    const bodyAt = after(begin, text, at);
    if (bodyAt === undefined) return undefined;
    const until = endOfBody(text, bodyAt, at + KEY_LENGTH_MAX);
    const closed = after(end, text, until.markAt);
    if (closed === undefined && !until.hasLines) return undefined;
    return { start: at, end: closed ?? until.linesEnd, kind: "private-key" };
  },
  openFrom: (text, at) => {
    const bodyAt = after(begin, text, at);
    if (bodyAt === undefined || text.length - at > KEY_LENGTH_MAX) return undefined;
    const { linesEnd, markAt } = endOfBody(text, bodyAt, text.length);
    if (after(end, text, markAt) !== undefined) return undefined;
    return after(unfinished, text, linesEnd) === text.length ? at : undefined;
  },
};

/** Follows the lines of the body, which no other text looks like for long. */
function endOfBody(
  text: string,
  bodyAt: number,
  until: number,
): { linesEnd: number; markAt: number; hasLines: boolean } {
  let linesEnd = bodyAt;
  let hasLines = false;
  for (;;) {
    const lineAt = after(gap, text, linesEnd) ?? linesEnd;
    const lineEnd = after(line, text, lineAt) ?? (hasLines ? after(lastLine, text, lineAt) : undefined);
    if (lineEnd === undefined || lineEnd > until) return { linesEnd, markAt: lineAt, hasLines };
    hasLines = true;
    linesEnd = lineEnd;
  }
}

function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
