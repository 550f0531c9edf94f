import { LedgerError } from "../error.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { Disk } from "./disk.ts";

/** How far the write-ahead file is integrated into tiles, bundles and payloads. Written after all of them are durable. */
export interface TreeState {
  readonly size: number;
  readonly root: Buffer;
  readonly lastLeaf: Buffer;
  /** Bytes in the payload file of the bundle that is not full; more than these are left from a crash. */
  readonly payloadBytes: number;
  /** Rows of the key ring that records announce. */
  readonly keys: number;
  /** Where the first frame stands that is not integrated. */
  readonly wal: { readonly segment: number; readonly offset: number };
}

export const EMPTY_TREE: Omit<TreeState, "root" | "keys"> = {
  size: 0,
  lastLeaf: Buffer.alloc(32),
  payloadBytes: 0,
  wal: { segment: 0, offset: 0 },
};

export function encodeTreeState(state: TreeState): Buffer {
  const { size, payloadBytes, keys, wal } = state;
  const root = state.root.toString("base64");
  const lastLeaf = state.lastLeaf.toString("base64");
  return Buffer.from(`${canonicalJson({ keys, lastLeaf, payloadBytes, root, size, v: 1, wal })}\n`);
}

/** Reads the state; undefined before the first integration. @throws LedgerError STATE_DAMAGED */
export async function readTreeState(disk: Disk, path: string): Promise<TreeState | undefined> {
  const bytes = await disk.read(path);
  if (bytes === undefined) return undefined;
  const state = parse(bytes.toString("utf8"));
  if (state === undefined || !encodeTreeState(state).equals(bytes)) {
    throw new LedgerError("STATE_DAMAGED", `${path} is not in its canonical form: restore it from a copy`);
  }
  return state;
}

function parse(text: string): TreeState | undefined {
  try {
    const { keys, lastLeaf, payloadBytes, root, size, wal } = JSON.parse(text);
    return {
      keys,
      payloadBytes,
      size,
      wal: { segment: wal.segment, offset: wal.offset },
      root: Buffer.from(root, "base64"),
      lastLeaf: Buffer.from(lastLeaf, "base64"),
    };
  } catch {
    return undefined;
  }
}
