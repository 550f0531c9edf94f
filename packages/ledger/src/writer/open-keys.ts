import { hash } from "node:crypto";
import { dirname } from "node:path";
import { LedgerError } from "../error.ts";
import { KeyRing } from "../keys/key-ring.ts";
import type { KeySource } from "../keys/key-source.ts";
import type { MasterKey } from "../keys/master-key.ts";
import { ed25519Signer, newSignerSeed, type Signer } from "../keys/signer.ts";
import { type Found, firstKey, unlock } from "../keys/unlock.ts";
import type { Disk } from "../store/disk.ts";
import type { Format } from "../store/format.ts";
import type { Layout } from "../store/layout.ts";

export interface LedgerKeys {
  readonly ring: KeyRing;
  readonly signer: Signer;
  /** Authenticates write-ahead frames. */
  readonly frameKey: Buffer;
}

export interface OpenedKeys extends LedgerKeys {
  /** Where the master key was found that opens the ring. */
  readonly place: Found["place"];
}

/** Opens the key ring of a ledger, or makes one for a ledger that is being created. */
export async function openKeys(
  disk: Disk,
  layout: Layout,
  format: Format,
  source: KeySource | MasterKey,
  previous: readonly KeySource[] = [],
): Promise<OpenedKeys> {
  let place: Found["place"] = "current";
  const ring = new KeyRing(disk, layout.keyRing, format.id, async (opens) => {
    const found = await unlock(source, opens, layout.keyRing, previous);
    place = found.place;
    return found.master;
  });
  if (!(await ring.load())) {
    // The first epoch is written after the ring, and everything else after the epoch.
    if ((await disk.read(layout.epoch)) !== undefined || (await disk.read(layout.signed)) !== undefined) {
      throw new LedgerError("KEY_RING_DAMAGED", `${layout.keyRing} is missing: restore it from a copy`);
    }
    await ring.create(await firstKey(source), newSignerSeed());
  } else await cutTornRow(disk, layout, ring.bytes);
  return { ring, place, ...deriveKeys(ring, format.origin) };
}

/** A shorter row over a longer torn one would leave the rest of it behind. */
async function cutTornRow(disk: Disk, layout: Layout, whole: number): Promise<void> {
  const bytes = await disk.read(layout.keyRing);
  if (bytes === undefined || bytes.length === whole) return;
  await disk.replace(layout.keyRing, bytes.subarray(0, whole));
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
