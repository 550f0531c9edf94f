import { readFile, stat } from "node:fs/promises";
import { type KeySealer, LedgerError } from "@custody/ledger";
import { KeysError } from "../error.ts";
import { sealedMalformed } from "../sealed-key.ts";
import { type AgeIdentity, parseIdentities } from "./identities.ts";
import { loadAge } from "./load-age.ts";
import { encrypterFor } from "./recipients.ts";

/** The first bytes of every file of age, in base64. */
const BEGINNING = Buffer.from("age-encryption.org/v1").toString("base64");

/** One key, for one or for a few recipients, a post-quantum one among them, has a few KiB. */
const LINE_LENGTH_MAX = 64 * 1024;

/**
 * Seals with age, for the first identity in a file; whatever any identity in the file opens is unsealed, so that a new
 * one can be put above the old.
 *
 * age cannot bind a context. What is inside is the text of a master key file, so that the line helps without us:
 * `base64 -d keys/sealed | age -d -i IDENTITY > keys/master.key`.
 *
 * @throws LedgerError MASTER_KEY_UNAVAILABLE when the file cannot be read
 * @throws KeysError IDENTITY_MALFORMED
 */
export async function openAgeSealer(identityFile: string): Promise<KeySealer> {
  const identities = await parseIdentities(await readIdentityFile(identityFile), identityFile);
  return ageSealer(identities, identityFile);
}

function ageSealer(identities: readonly [AgeIdentity, ...AgeIdentity[]], file: string): KeySealer {
  const [{ recipient }] = identities;
  return {
    description: `age ${shorten(recipient)}`,
    async seal(key) {
      const text = `${Buffer.from(key).toString("hex")}\n`;
      return Buffer.from(await (await encrypterFor([recipient])).encrypt(text)).toString("base64");
    },
    async unseal(sealed) {
      const text = await openLine(sealed, identities, file);
      if (/^[0-9a-f]{64}\n$/.test(text)) return Buffer.from(text.trim(), "hex");
      throw sealedMalformed("what age opened is no master key");
    },
  };
}

async function openLine(sealed: string, identities: readonly AgeIdentity[], file: string): Promise<string> {
  const isLine = sealed.length <= LINE_LENGTH_MAX && /^[A-Za-z0-9+/]+={0,2}$/.test(sealed);
  if (!isLine || !sealed.startsWith(BEGINNING))
    throw sealedMalformed("it was not sealed with age, or is damaged");
  const { Decrypter } = await loadAge();
  const decrypter = new Decrypter();
  for (const { secret } of identities) decrypter.addIdentity(secret);
  try {
    return await decrypter.decrypt(Buffer.from(sealed, "base64"), "text");
  } catch (cause) {
    const isOthers = (cause as Error).message.includes("no identity matched");
    if (!isOthers) throw sealedMalformed("it was cut short or changed", cause);
    throw new LedgerError(
      "MASTER_KEY_WRONG",
      `the master key was sealed for another identity than those in ${file}: name the file with the right one`,
      { cause },
    );
  }
}

async function readIdentityFile(file: string): Promise<string> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0 && process.platform !== "win32")
      throw new KeysError("IDENTITY_MALFORMED", `${file} can be read by others: run chmod 600 on it`);
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof KeysError) throw cause;
    const { code = "" } = cause as NodeJS.ErrnoException;
    throw new LedgerError(
      "MASTER_KEY_UNAVAILABLE",
      `the age identity ${file} cannot be read (${code}): the master key is sealed for it`,
      { cause },
    );
  }
  return text;
}

/** A post-quantum recipient has two thousand characters; its beginning tells it from others. */
function shorten(recipient: string): string {
  return recipient.length <= 80 ? recipient : `${recipient.slice(0, 40)}…`;
}
