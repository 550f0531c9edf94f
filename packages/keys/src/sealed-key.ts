import { LedgerError } from "@custody/ledger";

/** The key that a service opened, in base64. @throws LedgerError MASTER_KEY_MALFORMED */
export function keyFromBase64(text: string, service: string): Buffer {
  const key = Buffer.from(text, "base64");
  if (key.length === 32) return key;
  throw sealedMalformed(`what ${service} opened is no master key`);
}

/** What stands in the place of a sealed key is none of this sealer's. */
export function sealedMalformed(what: string, cause?: unknown): LedgerError {
  return new LedgerError(
    "MASTER_KEY_MALFORMED",
    `the sealed master key cannot be used, ${what}: restore keys/sealed from a backup, or the key with \`custody keys restore\``,
    { cause },
  );
}
