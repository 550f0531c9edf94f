import { dirname } from "node:path";
import { LedgerError } from "../error.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { Disk } from "./disk.ts";
import type { Layout } from "./layout.ts";

/**
 * Says that a directory is a copy of a ledger, and not the ledger. Whoever went on in it would continue a history that
 * the original may have continued already, in another way and under the same signing key.
 */
export interface CopyMark {
  /** When it was copied; undefined for a directory that was found to be an older copy without having been marked. */
  readonly copiedAtMs?: number;
  /** What is to take place, written before any of it does, so that a stop in between can be gone on from. */
  readonly loss?: LossPlan;
}

/** How a copy becomes a ledger of its own. */
export interface LossPlan {
  readonly origin: string;
  readonly reason: string;
  /** Which signing key of the ring signs from now on, counted from 1. */
  readonly signer: number;
  readonly previousOrigin: string;
  readonly previousVerifier: string;
  /** What is known to have been signed under the previous origin, by the largest checkpoint at hand. */
  readonly known?: { readonly size: number; readonly root: string };
}

/** Undefined when the directory is no copy. @throws LedgerError STATE_DAMAGED */
export async function readCopyMark(disk: Disk, layout: Layout): Promise<CopyMark | undefined> {
  const bytes = await disk.read(layout.copyMark);
  if (bytes === undefined) return undefined;
  try {
    const { v, ...mark } = JSON.parse(bytes.toString("utf8")) as CopyMark & { v: number };
    if (v === 1) return mark;
  } catch {
    // Told below.
  }
  throw new LedgerError("STATE_DAMAGED", `${layout.copyMark} is damaged: copy the backup again`);
}

export function encodeCopyMark(mark: CopyMark): Buffer {
  return Buffer.from(`${canonicalJson({ ...mark, v: 1 })}\n`);
}

export async function writeCopyMark(disk: Disk, layout: Layout, mark: CopyMark): Promise<void> {
  await disk.replace(layout.copyMark, encodeCopyMark(mark));
  await disk.syncDirectory(dirname(layout.copyMark));
}

export async function removeCopyMark(disk: Disk, layout: Layout): Promise<void> {
  await disk.remove(layout.copyMark);
  await disk.syncDirectory(dirname(layout.copyMark));
}
