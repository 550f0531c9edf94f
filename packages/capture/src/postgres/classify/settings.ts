import { addOperation, type Draft } from "./draft.ts";

/**
 * Encodings whose characters may contain ASCII bytes. The server would then split a text into characters, and so
 * into strings, in another way than we do.
 */
const unsafeEncoding =
  /^(big5|gbk|gb18030|johab|sjis|shiftjis2004|shiftjis|mskanji|win932|windows932|uhc|win949|windows949|win936|windows936|win950|windows950)$/;

/**
 * Notes that a setting changes. `name` or `value` is undefined when the statement computes it.
 *
 * Two settings change what a text means: with `standard_conforming_strings` off, a backslash escapes a quote, and
 * with certain values of `client_encoding` a quote can be half of a character. A statement that we read as one
 * harmless string could then be two statements for the server. Such a change is of kind `unknown`, which policy
 * refuses, and so is a change of we-cannot-tell-which setting.
 */
export function changeSetting(draft: Draft, name: string | undefined, value: string | undefined): void {
  const setting = name?.toLowerCase();
  draft.changesSession.add(setting ?? "*");
  if (keepsLexing(setting, value)) return;
  addOperation(draft, {
    kind: "unknown",
    tier: "destructive",
    verb: `SET ${(setting ?? "(computed name)").toUpperCase()}`,
  });
}

function keepsLexing(setting: string | undefined, value: string | undefined): boolean {
  if (setting === undefined) return false;
  if (setting === "standard_conforming_strings") return /^(on|true|tru|tr|t|yes|ye|y|1)$/i.test(value ?? "");
  if (setting !== "client_encoding") return true;
  return value !== undefined && !unsafeEncoding.test(value.toLowerCase().replace(/[^a-z0-9]/g, ""));
}
