import { KeysError } from "../error.ts";
import { loadAge } from "./load-age.ts";

/** A private key of age, and the public one that belongs to it. */
export interface AgeIdentity {
  readonly secret: string;
  readonly recipient: string;
}

/**
 * Reads what `age-keygen` writes: one `AGE-SECRET-KEY-…` a line, among comments and empty lines. `file` is for the
 * message.
 *
 * @throws KeysError IDENTITY_MALFORMED, which never repeats what stands in the text
 */
export async function parseIdentities(text: string, file: string): Promise<[AgeIdentity, ...AgeIdentity[]]> {
  if (text.startsWith("age-encryption.org/") || text.startsWith("-----BEGIN AGE"))
    throw malformed(`${file} is encrypted itself`, "decrypt it first: age -d -o identity.txt FILE");
  const found: AgeIdentity[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const secret = line.trim();
    if (secret === "" || secret.startsWith("#")) continue;
    found.push({ recipient: await recipientOf(secret, `${file}:${at + 1}`), secret });
  }
  const [first, ...others] = found;
  if (first === undefined) throw malformed(`${file} holds no identity`, "make one with age-keygen");
  return [first, ...others];
}

async function recipientOf(secret: string, place: string): Promise<string> {
  const { identityToRecipient } = await loadAge();
  try {
    return await identityToRecipient(secret);
  } catch {
    // Without the cause: the library's message repeats the secret.
    throw malformed(
      `${place} is no age identity`,
      "write AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…, as age-keygen does; keys of plugins and of SSH cannot be used",
    );
  }
}

function malformed(what: string, advice: string): KeysError {
  return new KeysError("IDENTITY_MALFORMED", `${what}: ${advice}`);
}
