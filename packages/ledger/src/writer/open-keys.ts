import { hash } from "node:crypto";
import { dirname } from "node:path";
import { LedgerError } from "../error.ts";
import { KeyRing } from "../keys/key-ring.ts";
import type { MasterKey } from "../keys/master-key.ts";
import { ed25519Signer, newSignerSeed, type Signer } from "../keys/signer.ts";
import type { Disk } from "../store/disk.ts";
import type { Format } from "../store/format.ts";
import type { Layout } from "../store/layout.ts";

export interface LedgerKeys {
  readonly ring: KeyRing;
  readonly signer: Signer;
  /** Authenticates write-ahead frames. */
  readonly frameKey: Buffer;
}

/** Opens the key ring of a ledger, or makes one for a ledger that is being created. */
export async function openKeys(
  disk: Disk,
  layout: Layout,
  format: Format,
  master: MasterKey,
): Promise<LedgerKeys> {
  const ring = new KeyRing(disk, layout.keyRing, master, format.id);
  const bytes = await disk.read(layout.keyRing);
  if (bytes === undefined) {
    // The first epoch is written after the ring, and everything else after the epoch.
    if ((await disk.read(layout.epoch)) !== undefined || (await disk.read(layout.signed)) !== undefined) {
      throw new LedgerError("KEY_RING_DAMAGED", `${layout.keyRing} is missing: restore it from a copy`);
    }
    await ring.create(newSignerSeed());
  } else {
    ring.load(bytes);
    if (ring.bytes < bytes.length) await cutTornRow(disk, layout, bytes.subarray(0, ring.bytes));
  }
  return { ring, ...deriveKeys(ring, format.origin) };
}

/** A shorter row over a longer torn one would leave the rest of it behind. */
async function cutTornRow(disk: Disk, layout: Layout, rows: Buffer): Promise<void> {
  await disk.replace(layout.keyRing, rows);
  await disk.syncDirectory(dirname(layout.keyRing));
}

export function deriveKeys(ring: KeyRing, origin: string): Omit<LedgerKeys, "ring"> {
  const seeds = ring.signerSeeds();
  // The first stays the source of the frame key: what is in the write-ahead file outlives a change of the origin.
  const frameKey = Buffer.from(
    hash("sha256", Buffer.concat([Buffer.from("custody/frame/v1"), seeds[0]]), "hex"),
    "hex",
  );
  return { signer: ed25519Signer(origin, seeds.at(-1) as Buffer), frameKey };
}
