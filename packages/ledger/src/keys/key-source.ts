import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LedgerError } from "../error.ts";
import { type Disk, nodeDisk } from "../store/disk.ts";
import type { KeySealer } from "./key-sealer.ts";

/**
 * Where a ledger's master key is kept. It is asked when a ledger is opened, and when its key is rotated.
 *
 * A rotation cannot change the ring and the key in one step, so a source that can be written holds two for a while: the
 * one in force and the one prepared. Whichever of them opens the ring is the right one.
 */
export interface KeySource {
  /** For people and records. Never a secret. */
  readonly description: string;
  /** The 32 bytes in force; undefined where none was ever stored. @throws LedgerError MASTER_KEY_MALFORMED … */
  read(): Promise<Buffer | undefined>;
  /** Missing where the key can only be read, as from an environment variable. */
  readonly rotation?: KeyRotation;
}

/** Each step is durable when it resolves, and may be repeated. */
export interface KeyRotation {
  /** Stores another key beside the one in force. */
  prepare(key: Buffer): Promise<void>;
  readPrepared(): Promise<Buffer | undefined>;
  /** What was prepared is in force from now on, and the key before it is gone. */
  commit(): Promise<void>;
}

/** A file with 64 hexadecimal digits, which only its owner can read. */
export function fileKeySource(path: string, disk: Disk = nodeDisk): KeySource {
  return storedSource(disk, path, {
    description: `file ${path}`,
    decode: async (text, file) => {
      if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, "hex");
      const what = `${file} must hold 64 hexadecimal digits`;
      throw new LedgerError("MASTER_KEY_MALFORMED", `${what}: restore it from your copy`);
    },
    encode: async (key) => key.toString("hex"),
  });
}

/** A file with the key as its sealer made it. `context` names the ledger; a new one has no name before it is asked. */
export function sealedKeySource(
  path: string,
  sealer: KeySealer,
  context: () => Promise<string>,
  disk: Disk = nodeDisk,
): KeySource {
  return storedSource(disk, path, {
    description: sealer.description,
    decode: async (text) => sealer.unseal(text, await context()),
    encode: async (key) => sealer.seal(key, await context()),
  });
}

/** How a key stands in a file: one line of text. */
interface KeyText {
  readonly description: string;
  decode(text: string, file: string): Promise<Buffer>;
  encode(key: Buffer): Promise<string>;
}

function storedSource(disk: Disk, path: string, text: KeyText): KeySource {
  const prepared = `${path}.next`;
  const read = async (file: string) => {
    const bytes = await disk.read(file);
    if (bytes === undefined) return undefined;
    await refuseOpenFile(file);
    return text.decode(bytes.toString("latin1").trim(), file);
  };
  return {
    description: text.description,
    read: () => read(path),
    rotation: {
      async prepare(key) {
        await disk.makeDirectory(dirname(path));
        await disk.replace(prepared, Buffer.from(`${await text.encode(key)}\n`), 0o600);
        await disk.syncDirectory(dirname(path));
      },
      readPrepared: () => read(prepared),
      async commit() {
        if ((await disk.read(prepared)) === undefined) return;
        await disk.rename(prepared, path);
        await disk.syncDirectory(dirname(path));
      },
    },
  };
}

async function refuseOpenFile(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0 || process.platform === "win32") return;
  throw new LedgerError("MASTER_KEY_MALFORMED", `${path} can be read by others: run chmod 600 on it`);
}
