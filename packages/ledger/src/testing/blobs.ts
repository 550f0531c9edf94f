import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BlobReference, formatBlobReference } from "../blobs/reference.ts";
import type { KeyScope } from "../keys/key-scope.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import type { Ledger } from "../writer/ledger.ts";
import { bytesFrom } from "./bytes.ts";
import { entryOf } from "./entries.ts";
import { masterKey } from "./small-ledger.ts";

export const scope: KeyScope = { project: "shop", class: "session", session: "s1" };

/** A whole blob, as a new reader finds it. */
export async function readBlob(directory: string, reference: BlobReference): Promise<Buffer> {
  return collect((await LedgerReader.open({ directory, masterKey })).blob(reference));
}

export async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const piece of pieces) found.push(piece);
  return Buffer.concat(found);
}

/** Hands out a content in pieces. */
export async function* inPieces(content: Buffer, bytes: number): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < content.length; at += bytes) yield content.subarray(at, at + bytes);
}

/** The packs of all keys, by their paths below `blobs/`, with their sizes. */
export function packsOf(directory: string): Map<string, number> {
  const root = join(directory, "blobs");
  const names = readdirSync(root, { recursive: true }).map(String).sort();
  const packs = names.filter((name) => name.endsWith(".pack"));
  return new Map(packs.map((name) => [name, statSync(join(root, name)).size]));
}

/** How many bytes all packs take. */
export function packedBytes(directory: string): number {
  return [...packsOf(directory).values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Has two sessions store blobs and record them, until it is stopped, which tells how many they were. */
export function keepStoring(ledger: Ledger): { stop(): Promise<number> } {
  let isOver = false;
  let at = 0;
  const write = async (session: string) => {
    while (!isOver) {
      const number = at;
      at += 1;
      const reference = await ledger.putBlob({ ...scope, session }, bytesFrom(number, 5000));
      const payload = formatBlobReference(reference);
      await ledger.append(entryOf(number, { payload, source: `source ${number}` }));
      await sleep(5);
    }
  };
  const writing = ["a", "b"].map(write);
  return {
    async stop() {
      isOver = true;
      await Promise.all(writing);
      return at;
    },
  };
}
