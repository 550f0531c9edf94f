import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "@custody/ledger";
import type { Hold } from "./holds.ts";

/** The holds in force at one size of the ledger. */
export interface KeptHolds {
  readonly size: number;
  readonly holds: readonly Hold[];
}

/**
 * Saves a start from reading the whole ledger for its holds. Whoever writes another file without having the master key
 * makes the start read the ledger, and no more: a code over it is made with a key that comes out of the ledger's own.
 */
export function readHoldFile(directory: string, key: Buffer, sizeMax: number): KeptHolds {
  const nothing: KeptHolds = { holds: [], size: 0 };
  try {
    const [line = "", code = ""] = readFileSync(pathOf(directory), "utf8").split("\n");
    const isOurs = timingSafeEqual(Buffer.from(code, "hex"), codeOf(line, key));
    const kept = JSON.parse(line) as KeptHolds;
    return isOurs && kept.size <= sizeMax ? kept : nothing;
  } catch {
    return nothing;
  }
}

/** Written beside and renamed. No sync: it may be lost. */
export function writeHoldFile(directory: string, key: Buffer, kept: KeptHolds): void {
  const line = canonicalJson(kept);
  const path = pathOf(directory);
  writeFileSync(`${path}.tmp`, `${line}\n${codeOf(line, key).toString("hex")}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function codeOf(line: string, key: Buffer): Buffer {
  return createHmac("sha256", key).update(line).digest();
}

function pathOf(directory: string): string {
  return join(directory, "holds.json");
}
