import type { FoundSecret } from "../found-secret.ts";
import { afterMarks } from "../mark.ts";
import { looksChosen, looksLikeCode, looksLikeName, looksRandom } from "../random-looking.ts";
import { type Detector, VALUE_LENGTH_MAX } from "./detector.ts";

/** Names of what holds a secret. People choose passwords; the others are made by machines, and look it. */
const names: Readonly<Record<string, readonly string[]>> = {
  password: ["password", "passwd", "passphrase", "pwd", "_pass", "dbpass", "identified by"],
  "api-key": [
    "api_key",
    "api-key",
    "apikey",
    "access_key",
    "access-key",
    "accesskey",
    "private_key",
    "privatekey",
    "account_key",
    "accountkey",
    "signing_key",
    "encryption_key",
    "shared_key",
    "auth_key",
  ],
  secret: ["secret", "credential"],
  token: ["token", "auth=", "authorization"],
};

const rest =
  /([\w-]{0,40})((?:\\{0,3}["'`])?\]?)([ \t]{0,8})(=>|:=|={1,2}|:|%3[dD])?([ \t]{0,8})(\\{0,3}["'`])?/y;
/** Names that say that it is about a secret, not the secret. */
const isAbout =
  /(?:count|ids?|names?|types?|ur[li]s?|files?|paths?|lengths?|sizes?|limits?|hash|digest|usage|budget|max|min|kind|index|used|expir\w*|ttl|versions?|fingerprint|policy|prompt|field|column|label|message|ize[rd]?|izers?|ary|s)$/i;
/** How far one match of a value's pattern goes. */
const PIECE = 64;
const quoted: Readonly<Record<string, RegExp>> = {
  '"': /(?:[^\s\x00-\x1f"\\]|\\[^\s"]){1,64}/y,
  "'": /(?:[^\s\x00-\x1f'\\]|\\[^\s']){1,64}/y,
  "`": /(?:[^\s\x00-\x1f`\\]|\\[^\s`]){1,64}/y,
};
const quotedAgain = /[^\s\x00-\x1f"'`\\]{1,64}/y;
const unquoted = /[^\s\x00-\x1f"'`\\,;<>]{1,64}/y;

interface Place {
  readonly start: number;
  readonly pattern: RegExp;
  readonly isQuoted: boolean;
  /** A place where nothing but a password can stand, as in SQL. */
  readonly isCertain: boolean;
  /** `NAME=value`, without spaces, where programs are not written. */
  readonly isTight: boolean;
}

/** `PASSWORD=…`, `"api_key": "…"`, `--token …`, and `PASSWORD '…'` in SQL. */
export const assignments: readonly Detector[] = Object.entries(names).flatMap(([kind, anchors]) =>
  anchors.map((anchor) => assignedTo(anchor, kind)),
);

function assignedTo(anchor: string, kind: string): Detector {
  return {
    anchors: [anchor],
    find: (text, at) => {
      const place = placeOf(text, at, anchor);
      return place && valueAt(text, place, kind);
    },
    openFrom: (text, at) => {
      if (text.length - at > VALUE_LENGTH_MAX) return undefined;
      const place = placeOf(text, at, anchor);
      if (place === undefined) return undefined;
      const isOpen = endOfRun(text, place, VALUE_LENGTH_MAX / PIECE) === text.length;
      return isOpen ? place.start : undefined;
    },
  };
}

function placeOf(text: string, at: number, anchor: string): Place | undefined {
  // `auth=` brings the sign with it, so that the word alone is no anchor: it stands in too many names.
  rest.lastIndex = at + anchor.length - (anchor.endsWith("=") ? 1 : 0);
  const [, suffix = "", , gap = "", sign, gapAfter = "", quote] = rest.exec(text) ?? [];
  if (suffix !== "" && isAbout.test(suffix)) return undefined;
  const isSql =
    sign === undefined && gap !== "" && quote !== undefined && /^(?:password|identified by)$/.test(anchor);
  const isFlag =
    sign === undefined &&
    gap !== "" &&
    /(?:^|[\s"'`])--[\w-]{0,40}$/.test(text.slice(Math.max(0, at - 44), at));
  if (sign === undefined && !isSql && !isFlag) return undefined;
  const start = afterMarks(text, rest.lastIndex);
  const pattern = quote === undefined ? unquoted : quote.length > 1 ? quotedAgain : (quoted[quote] as RegExp);
  const isTight = isFlag || (gap === "" && gapAfter === "" && sign !== ":");
  return { start, pattern, isQuoted: quote !== undefined, isCertain: isSql, isTight };
}

function valueAt(text: string, place: Place, kind: string): FoundSecret | undefined {
  const { isCertain, isQuoted, isTight, start } = place;
  // Whether it is a secret, its beginning tells; only then the rest is followed, or many names in a row would take long.
  const until = endOfRun(text, place, 1);
  const looked = withoutPunctuation(text.slice(start, until), isQuoted);
  if (!isQuoted && looksLikeCode(looked)) return undefined;
  if (!isQuoted && !isTight && looksLikeName(looked)) return undefined;
  const isSecret =
    kind === "password"
      ? looksChosen(looked) || (isCertain && /^[^$:{<%?][^:]{3}/.test(looked))
      : looksRandom(looked);
  if (!isSecret) return undefined;
  const value = withoutPunctuation(
    text.slice(start, endOfRun(text, place, VALUE_LENGTH_MAX / PIECE)),
    isQuoted,
  );
  return { start, end: start + value.length, kind };
}

/** Where the value ends, or `pieces` times as far as a pattern looks. */
function endOfRun(text: string, { pattern, start }: Place, pieces: number): number {
  let until = start;
  for (let piece = 0; piece < pieces; piece += 1) {
    pattern.lastIndex = until;
    if (!pattern.test(text)) break;
    until = pattern.lastIndex;
  }
  return until;
}

/** What ends a sentence or a bracket after a value without quotes is not part of it. */
function withoutPunctuation(run: string, isQuoted: boolean): string {
  return isQuoted ? run : run.replace(/[.)\]}:!?]{1,8}$/, "");
}
