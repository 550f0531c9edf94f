import type { AuditRecord } from "@custody/domain";
import { beginningOf, plainText } from "./words.ts";

/**
 * What of a record is searched, beside who, where and what: its statement, the values, the server's error, and what
 * a record that is no statement says. Secrets are not looked for: what stands in the record can be found. Rows of databases are not
 * searched: whoever was shown some had a decision to make, and nobody else has.
 */
export function searchedText({ details, effect, statement, type }: AuditRecord): string {
  if (type === "db.rows.shown") return "";
  let text = statement?.text ?? "";
  for (const { value } of statement?.parameters ?? []) if (value !== undefined) text += ` ${value}`;
  if (effect?.error !== undefined) text += ` ${effect.error}`;
  if (effect?.code !== undefined) text += ` ${effect.code}`;
  if (details !== undefined) for (const value of Object.values(details)) text += ` ${String(value)}`;
  return plainText(beginningOf(text));
}
