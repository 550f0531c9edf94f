import { createHmac } from "node:crypto";
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

/**
 * Two lines: the state in canonical JSON, and an authentication code over it. The next start signs what the state
 * says, so whoever can write files but has no key must not be able to make one up.
 */
export function encodeTreeState(state: TreeState, frameKey: Buffer): Buffer {
  const line = formatState(state);
  return Buffer.from(`${line}${authenticate(line, frameKey)}\n`);
}

/**
 * Reads the state; undefined before the first integration.
 *
 * @throws LedgerError STATE_DAMAGED
 */
export async function readTreeState(
  disk: Disk,
  path: string,
  frameKey: Buffer | undefined,
): Promise<TreeState | undefined> {
  const bytes = await disk.read(path);
  return bytes && decodeTreeState(bytes, path, frameKey);
}

/**
 * The state in the bytes of the file at `path`. Without the frame key the code is not checked.
 *
 * @throws LedgerError STATE_DAMAGED
 */
export function decodeTreeState(bytes: Buffer, path: string, frameKey: Buffer | undefined): TreeState {
  const text = bytes.toString("latin1");
  const line = text.slice(0, text.indexOf("\n") + 1);
  const code = text.slice(line.length);
  const state = parseState(line);
  const isAuthentic = frameKey ? code === `${authenticate(line, frameKey)}\n` : CODE.test(code);
  if (state === undefined || formatState(state) !== line || !isAuthentic) {
    throw new LedgerError("STATE_DAMAGED", `${path} was damaged or changed: restore it from a copy`);
  }
  return state;
}

const CODE = /^[A-Za-z0-9+/]{43}=\n$/;

function formatState({ keys, lastLeaf, payloadBytes, root, size, wal }: TreeState): string {
  const hashes = { lastLeaf: lastLeaf.toString("base64"), root: root.toString("base64") };
  return `${canonicalJson({ keys, payloadBytes, size, v: 1, wal, ...hashes })}\n`;
}

function authenticate(line: string, frameKey: Buffer): string {
  return createHmac("sha256", frameKey).update(`custody/tree/v1\n${line}`).digest("base64");
}

function parseState(line: string): TreeState | undefined {
  try {
    const { keys, lastLeaf, payloadBytes, root, size, wal } = JSON.parse(line);
    const numbers = [keys, payloadBytes, size, wal.segment, wal.offset];
    if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0)) return undefined;
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
