import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";

/** Wraps and unwraps small secrets. The port behind which a key management service can stand. */
export interface MasterKey {
  /** `context` is authenticated: the same bytes are needed to unwrap. */
  wrap(secret: Uint8Array, context: Uint8Array): Buffer;
  /** @throws LedgerError MASTER_KEY_WRONG when key, bytes or context do not fit. */
  unwrap(wrapped: Uint8Array, context: Uint8Array): Buffer;
}

/** Without it, Node would take a shorter tag, which is easier to guess. */
const TAG = { authTagLength: 16 };

/**
 * AES-256-GCM under a key held in memory. The nonce is fresh from the system for each wrap: a restored snapshot of
 * a machine must not repeat one. A wrapped secret is nonce (12) ‖ ciphertext ‖ tag (16).
 *
 * @throws LedgerError MASTER_KEY_MALFORMED unless there are 32 bytes.
 */
export function masterKeyFromBytes(bytes: Uint8Array): MasterKey {
  if (bytes.length !== 32)
    throw new LedgerError("MASTER_KEY_MALFORMED", `a master key has 32 bytes, not ${bytes.length}`);
  const key = Buffer.from(bytes);
  return {
    wrap(secret, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce, TAG);
      cipher.setAAD(context);
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    unwrap(wrapped, context) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, wrapped.subarray(0, 12), TAG);
        decipher.setAAD(context);
        decipher.setAuthTag(wrapped.subarray(wrapped.length - 16));
        return Buffer.concat([decipher.update(wrapped.subarray(12, wrapped.length - 16)), decipher.final()]);
      } catch (cause) {
        throw new LedgerError("MASTER_KEY_WRONG", "the master key does not open this key", { cause });
      }
    },
  };
}

/** Reads a master key file: 64 hexadecimal digits and a newline. Undefined when there is none. */
export async function readMasterKey(disk: Disk, path: string): Promise<MasterKey | undefined> {
  const bytes = await disk.read(path);
  if (bytes === undefined) return undefined;
  const text = bytes.toString("latin1").trim();
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new LedgerError(
      "MASTER_KEY_MALFORMED",
      `${path} must hold 64 hexadecimal digits: restore it from your copy`,
    );
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0 && process.platform !== "win32") {
    throw new LedgerError("MASTER_KEY_MALFORMED", `${path} can be read by others: run chmod 600 on it`);
  }
  return masterKeyFromBytes(Buffer.from(text, "hex"));
}

/** Makes a new master key file, readable by its owner only. */
export async function createMasterKey(disk: Disk, path: string): Promise<MasterKey> {
  const key = randomBytes(32);
  await disk.makeDirectory(dirname(path));
  await disk.replace(path, Buffer.from(`${key.toString("hex")}\n`), 0o600);
  await disk.syncDirectory(dirname(path));
  return masterKeyFromBytes(key);
}
