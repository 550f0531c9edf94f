import type { AuditRecord } from "@custody/domain";

/** What checks a session's token. It opens nothing, but it serves nobody outside of the ledger either. */
const VERIFIER = ["iterations", "runTokenDigest", "salt", "serverKey", "storedKey", "tokenDigest"];

/** The details that another system is given. */
export function sharedDetails({ details = {}, type }: AuditRecord): NonNullable<AuditRecord["details"]> {
  if (type !== "session.started") return details;
  return Object.fromEntries(Object.entries(details).filter(([name]) => !VERIFIER.includes(name)));
}

/** A detail that is text; undefined when it is missing or something else. */
export function detailText({ details }: AuditRecord, name: string): string | undefined {
  const value = details?.[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
