import { isStandIn, looksRandom } from "../random-looking.ts";
import { isWordStart } from "./boundary.ts";
import { type Detector, isRunToEnd, VALUE_LENGTH_MAX } from "./detector.ts";

const scheme = /(?:bearer|basic)(?:[ \t]|%20|\+){1,4}/iy;
const credentials = /[A-Za-z0-9._~+/=-]{1,8192}/y;
const inHeader = /authorization\\{0,3}["'`]?\s{0,4}[:=,]\s{0,4}\\{0,3}["'`]?$/i;

/** What follows `Bearer` (RFC 6750) or `Basic` (RFC 7617). */
export const authorization: Detector = {
  anchors: ["bearer", "basic"],
  find: (text, at) => {
    const start = credentialsAt(text, at);
    if (start === undefined) return undefined;
    credentials.lastIndex = start;
    const value = credentials.exec(text)?.[0];
    if (value === undefined) return undefined;
    const isBasic = text.charCodeAt(at + 1) === 97 || text.charCodeAt(at + 1) === 65;
    const kind = isBasic ? "basic-credentials" : "bearer-token";
    const isSecret = isBasic ? isUserAndPassword(value) : isBearer(value, text, at);
    return isSecret ? { start, end: start + value.length, kind } : undefined;
  },
  openFrom: (text, at) => {
    const start = credentialsAt(text, at);
    if (start === undefined) return undefined;
    return isRunToEnd(text, start, credentials, VALUE_LENGTH_MAX) ? start : undefined;
  },
};

function credentialsAt(text: string, at: number): number | undefined {
  scheme.lastIndex = at;
  return isWordStart(text, at) && scheme.test(text) ? scheme.lastIndex : undefined;
}

/** In a header it need not look like much; in a sentence, any word could follow. */
function isBearer(value: string, text: string, at: number): boolean {
  if (value.length < 8 || isStandIn(value)) return false;
  const isHeader = inHeader.test(text.slice(Math.max(0, at - 40), at));
  return looksRandom(value.slice(0, 512)) || (isHeader && /[0-9]/.test(value) && /[A-Za-z]/.test(value));
}

function isUserAndPassword(value: string): boolean {
  if (value.length < 4) return false;
  try {
    const decoded = atob(value.replace(/-/g, "+").replace(/_/g, "/"));
    return decoded.includes(":") && !/[\x00-\x1f\x7f]/.test(decoded);
  } catch {
    return false;
  }
}
