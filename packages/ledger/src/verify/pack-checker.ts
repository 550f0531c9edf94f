import { join } from "node:path";
import { packNumber } from "../blobs/pack.ts";
import { isWholeParcel } from "../blobs/parcel.ts";
import { PARCEL_MAGIC, type ParcelHead, readParcelHead } from "../blobs/parcel-head.ts";
import { isKeyId } from "../blobs/reference.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import type { Findings } from "./finding.ts";

/**
 * Checks what can be told of packs without a key: that no other file is there, that parcels are where they say, and that
 * nothing is damaged which was known to be fsynced. What stands torn behind that is left from a stop: no record names it.
 */
export async function checkPacks(disk: Disk, layout: Layout, findings: Findings): Promise<void> {
  for (const keyId of await disk.list(layout.blobs)) {
    const names = isKeyId(keyId) ? await listDirectory(disk, join(layout.blobs, keyId)) : undefined;
    if (names === undefined) unexpected(`blobs/${keyId}`);
    for (const name of names ?? []) {
      const file = `blobs/${keyId}/${name}`;
      const number = packNumber(name);
      const bytes = number && (await disk.read(join(layout.root, file)));
      if (number === undefined) unexpected(file);
      // Else it was removed meanwhile, with its key.
      else if (bytes)
        for (const message of wrongIn(bytes, keyId, number)) findings.add("BLOB_DAMAGED", file, message);
    }
  }

  function unexpected(file: string): void {
    findings.add("FILE_UNEXPECTED", file, "no ledger writes a file of this name");
  }
}

/** Undefined when it is none. */
async function listDirectory(disk: Disk, path: string): Promise<string[] | undefined> {
  try {
    return await disk.list(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOTDIR") throw error;
    return undefined;
  }
}

function* wrongIn(bytes: Buffer, keyId: string, number: number): Generator<string, void, undefined> {
  let damage = Number.POSITIVE_INFINITY;
  let durable = 0;
  let end = 0;
  let last: ParcelHead | undefined;
  for (const head of wholeParcels(bytes)) {
    if (head.keyId !== keyId || head.pack !== number || head.offset !== head.at) {
      yield `the parcel at byte ${head.at} belongs to another place`;
      return;
    }
    if (last && (isSeal(last) || head.epoch !== last.epoch || head.number <= last.number))
      yield `the parcel at byte ${head.at} may not follow the one before it`;
    if (head.at > end) damage = Math.min(damage, end);
    durable = Math.max(durable, head.durable);
    end = head.at + head.length;
    last = head;
  }
  if (damage < durable) yield `byte ${damage} and on was fsynced, and is damaged`;
  if (last && isSeal(last) && end < bytes.length) yield `something stands behind its seal, at byte ${end}`;
}

/** The whole parcels, and where each stands. What is in between is passed over. */
function* wholeParcels(bytes: Buffer): Generator<ParcelHead & { readonly at: number }, void, undefined> {
  for (let at = 0; at !== -1 && at < bytes.length; ) {
    const head = readParcelHead(bytes, at);
    if (head && at + head.length <= bytes.length && isWholeParcel(bytes.subarray(at, at + head.length))) {
      yield { ...head, at };
      at += head.length;
    } else {
      at = bytes.indexOf(PARCEL_MAGIC, at + 1);
    }
  }
}

function isSeal({ blob, chunks }: ParcelHead): boolean {
  return blob === undefined && chunks.length === 0;
}
