import { randomBytes } from "node:crypto";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { fileKeySource, type KeySource } from "./key-source.ts";
import { type MasterKey, masterKeyFromBytes } from "./master-key.ts";

/** How a caller says where the master key is. */
export interface KeyOptions {
  /** The key itself. It cannot be rotated, since nobody would know the next one. */
  readonly masterKey?: MasterKey;
  /** Default: the file keys/master.key. */
  readonly keySource?: KeySource;
  /** Where it may still be. A writer moves it from there to the `keySource`. */
  readonly previousKeySources?: readonly KeySource[];
}

/** A key, and where it was found. */
export interface Found {
  readonly master: MasterKey;
  /** `prepared`: a rotation was interrupted, and is to be gone on with. `previous`: the ledger moves to another source. */
  readonly place: "current" | "prepared" | "previous";
}

export function sourceOf(disk: Disk, layout: Layout, options: KeyOptions): KeySource | MasterKey {
  return options.masterKey ?? options.keySource ?? fileKeySource(layout.masterKey, disk);
}

/** Every key that may open a ring now, the likeliest first. Sources are asked one by one, and only while none fits. */
export async function* candidates(
  source: KeySource | MasterKey,
  previous: readonly KeySource[] = [],
): AsyncGenerator<Found, void, undefined> {
  if ("unwrap" in source) {
    yield { master: source, place: "current" };
    return;
  }
  const current = await source.read();
  if (current !== undefined) yield { master: masterKeyFromBytes(current), place: "current" };
  const prepared = await source.rotation?.readPrepared();
  if (prepared !== undefined) yield { master: masterKeyFromBytes(prepared), place: "prepared" };
  for (const each of previous) {
    const key = await each.read();
    if (key !== undefined) yield { master: masterKeyFromBytes(key), place: "previous" };
  }
}

/**
 * The key that opens a ring.
 *
 * @throws LedgerError MASTER_KEY_MALFORMED when there is none at all, MASTER_KEY_WRONG when none fits.
 */
export async function unlock(
  source: KeySource | MasterKey,
  opens: (master: MasterKey) => boolean,
  ring: string,
  previous: readonly KeySource[] = [],
): Promise<Found> {
  let tried = 0;
  for await (const found of candidates(source, previous)) {
    if (opens(found.master)) return found;
    tried += 1;
  }
  if (tried === 0) throw noKey(source);
  throw new LedgerError("MASTER_KEY_WRONG", `the master key does not open ${ring}: use this ledger's own`);
}

/** Makes the first key of a new ledger, or takes the one that is there. */
export async function firstKey(source: KeySource | MasterKey): Promise<MasterKey> {
  if ("unwrap" in source) return source;
  const found = await source.read();
  if (found !== undefined) return masterKeyFromBytes(found);
  if (source.rotation === undefined) throw noKey(source);
  const key = randomBytes(32);
  await source.rotation.prepare(key);
  await source.rotation.commit();
  return masterKeyFromBytes(key);
}

/** The bytes of the key in force. @throws LedgerError MASTER_KEY_FIXED, MASTER_KEY_MALFORMED … */
export async function exportableKey(source: KeySource | MasterKey): Promise<Buffer> {
  if ("unwrap" in source)
    throw new LedgerError("MASTER_KEY_FIXED", "the master key was given by the caller, who has to copy it");
  const key = await source.read().catch((cause: Error) => {
    if (cause instanceof LedgerError) throw cause;
    // The system's own error would be taken for one of the ledger's disk.
    const what = `the master key (${source.description}) cannot be read: ${cause.message}`;
    throw new LedgerError("MASTER_KEY_UNAVAILABLE", what, { cause });
  });
  if (key === undefined) throw noKey(source);
  return key;
}

function noKey(source: KeySource | MasterKey): LedgerError {
  const where = "unwrap" in source ? "given" : source.description;
  return new LedgerError(
    "MASTER_KEY_MALFORMED",
    `the master key (${where}) is missing: restore it from your copy, the records cannot be read without it`,
  );
}
