import { type AgeIdentity, parseIdentities } from "../age/identities.ts";
import { loadAge } from "../age/load-age.ts";
import { encrypterFor } from "../age/recipients.ts";
import { KeysError } from "../error.ts";
import { formatCopy, parseCopy, type RecoveryCopy } from "./copy-text.ts";

/** For a few recipients it has a few KiB. */
const TEXT_LENGTH_MAX = 256 * 1024;

/** A file of age, in its armour, that any of the recipients opens. @throws KeysError RECIPIENT_MALFORMED */
export async function sealRecoveryCopy(
  copy: RecoveryCopy,
  recipients: readonly [string, ...string[]],
): Promise<string> {
  const { armor } = await loadAge();
  const encrypter = await encrypterFor([...new Set(recipients)]);
  return armor.encode(await encrypter.encrypt(formatCopy(copy)));
}

/** Refuses, before anything is done, what could not be encrypted for. @throws KeysError RECIPIENT_MALFORMED */
export async function checkRecipients(recipients: readonly string[]): Promise<void> {
  if (recipients.length > 0) await encrypterFor(recipients);
}

/**
 * `identities` is the text of an identity file, whose name is `identityFile`.
 *
 * @throws KeysError RECOVERY_COPY_MALFORMED, RECOVERY_COPY_SEALED, IDENTITY_MALFORMED
 */
export async function openRecoveryCopy(
  text: string,
  identities: string,
  identityFile: string,
): Promise<RecoveryCopy> {
  const found = await parseIdentities(identities, identityFile);
  return parseCopy(await decrypt(await bytesOf(text), found, identityFile));
}

async function bytesOf(text: string): Promise<Uint8Array> {
  const { armor } = await loadAge();
  try {
    if (text.length <= TEXT_LENGTH_MAX) return armor.decode(text);
  } catch {
    // Said below, together with what is too long.
  }
  throw malformed("it is no file of age, -----BEGIN AGE ENCRYPTED FILE-----, or was changed");
}

async function decrypt(
  bytes: Uint8Array,
  identities: readonly AgeIdentity[],
  identityFile: string,
): Promise<string> {
  const { Decrypter } = await loadAge();
  const decrypter = new Decrypter();
  for (const { secret } of identities) decrypter.addIdentity(secret);
  try {
    return await decrypter.decrypt(bytes, "text");
  } catch (cause) {
    if (!(cause as Error).message.includes("no identity matched"))
      throw malformed("it was cut short or changed", cause);
    throw new KeysError(
      "RECOVERY_COPY_SEALED",
      `it was encrypted for others than those in ${identityFile}: name the file with the right identity`,
      { cause },
    );
  }
}

function malformed(what: string, cause?: unknown): KeysError {
  return new KeysError("RECOVERY_COPY_MALFORMED", what, { cause });
}
