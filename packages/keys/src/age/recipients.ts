import type { Encrypter } from "age-encryption";
import { KeysError } from "../error.ts";
import { loadAge } from "./load-age.ts";

/** An encrypter for all of these. @throws KeysError RECIPIENT_MALFORMED */
export async function encrypterFor(recipients: readonly string[]): Promise<Encrypter> {
  const { Encrypter } = await loadAge();
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      throw new KeysError("RECIPIENT_MALFORMED", whyNot(recipient), { cause });
    }
  }
  return encrypter;
}

/** Somebody who mistakes the two keys for each other must not find the private one in a log. */
function whyNot(recipient: string): string {
  if (/^AGE-SECRET-KEY-/i.test(recipient))
    return "this is the private key of a recipient: give the public one, which begins with age1";
  const shown = recipient.length > 100 ? `${recipient.slice(0, 100)}…` : recipient;
  return `${JSON.stringify(shown)} is no age recipient: it begins with age1, as age-keygen prints it; keys of plugins and of SSH cannot be used`;
}
