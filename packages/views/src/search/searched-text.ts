import type { AuditRecord } from "@custody/domain";
import { beginningOf, plainText } from "./words.ts";

/**
 * What of a record is searched, beside who, where and what: its statement, the values, the server's error, and what
 * a record that is no statement says. Secrets are not looked for: what stands in the record can be found.
 */
export function searchedText({ details, effect, statement }: AuditRecord): string {
  let text = statement?.text ?? "";
  for (const { value } of statement?.parameters ?? []) if (value !== undefined) text += ` ${value}`;
  if (effect?.error !== undefined) text += ` ${effect.error}`;
  if (effect?.code !== undefined) text += ` ${effect.code}`;
  if (details !== undefined) for (const value of Object.values(details)) text += ` ${String(value)}`;
  return plainText(beginningOf(text));
}
