import { EnvelopeScanner } from "../envelope/envelope-scanner.ts";
import { LedgerError } from "../error.ts";
import { putDigest } from "../merkle/digest.ts";
import { hashLeafInPlace } from "../merkle/hash.ts";
import type { TreeState } from "../store/tree-state.ts";
import { parseEnvelope } from "../verifier/envelope.ts";
import { entryEnds } from "../wal/frame.ts";
import type { ScannedFrame, WalScan } from "../wal/scan.ts";
import type { Integrable } from "./integrator.ts";

/**
 * Makes scanned frames integrable again, from the first that the state does not hold. Every frame must continue the
 * chain exactly where the one before it ended; a hole means that acknowledged entries are gone.
 */
export function replayable(scan: WalScan, state: TreeState): Integrable[] {
  const commits: Integrable[] = [];
  const scanner = new EnvelopeScanner();
  let size = state.size;
  let keys = state.keys;
  let lastLeaf = state.lastLeaf;
  for (const scanned of scan.frames) {
    const { frame } = scanned;
    if (frame.kind === "seal" || frame.firstIndex + frame.count <= state.size) continue;
    if (frame.firstIndex !== size || !frame.previousLeaf.equals(lastLeaf)) {
      throw damaged(scanned, `it does not continue entry ${size - 1}`);
    }
    const { firstIndex, count, blocks, entries } = frame;
    const ends = entryEnds(entries);
    if (ends?.length !== count) throw damaged(scanned, "its entries cannot be told apart");
    const leafHashes = Buffer.allocUnsafe(32 * count);
    for (const [at, end] of ends.entries()) {
      const start = (ends[at - 1] ?? 0) + 2;
      putDigest(leafHashes, at * 32, hashLeafInPlace(entries, start, end));
      const envelope = scanner.scan(entries, start, end) ?? parseEnvelope(entries.subarray(start, end));
      if (envelope.t === "key.created") keys += 1;
    }
    commits.push({ firstIndex, count, blocks, entries, leafHashes, keys, wal: scanned.next });
    size += count;
    lastLeaf = leafHashes.subarray(leafHashes.length - 32);
  }
  return commits;
}

function damaged({ frame, next }: ScannedFrame, reason: string): LedgerError {
  return new LedgerError(
    "WAL_DAMAGED",
    `the frame of entry ${frame.firstIndex} in write-ahead segment ${next.segment} is refused: ${reason}`,
  );
}
