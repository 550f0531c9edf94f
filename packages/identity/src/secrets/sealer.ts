import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { IdentityError } from "../error.ts";
import type { PasswordVerifier } from "./password.ts";

/** What a record keeps of secrets. Nobody is shown it: it stands in the record under a key of the ledger. */
export interface Secrets {
  /** Of a token, a link, or a browser's session. */
  readonly digest?: string;
  readonly password?: PasswordVerifier;
  /** The secret of the second factor, in base32. */
  readonly totp?: string;
}

/** The label of the key, for `LedgerReader.deriveKey`. */
export const SEAL_KEY_LABEL = "custody/identity/v1";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Puts secrets into records, and takes them out again. A record is shown, exported and proved whole: its bytes are what
 * the log commits to, and nothing can be left out of them. So the secrets in it are encrypted once more, with AES-256-GCM,
 * and bound to the subject that they belong to: they mean nothing in another record.
 */
export class Sealer {
  readonly #key: Buffer;

  /** `key` has 32 bytes. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  seal(subject: string, secrets: Secrets): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce).setAAD(Buffer.from(subject));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(secrets), "utf8"), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64");
  }

  /** @throws IdentityError SEAL_BROKEN */
  open(subject: string, text: string): Secrets {
    const bytes = Buffer.from(text, "base64");
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(subject))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      const sealed = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
      return JSON.parse(
        Buffer.concat([decipher.update(sealed), decipher.final()]).toString("utf8"),
      ) as Secrets;
    } catch (cause) {
      throw new IdentityError("SEAL_BROKEN", `the secrets of ${subject} do not open`, { cause });
    }
  }
}
