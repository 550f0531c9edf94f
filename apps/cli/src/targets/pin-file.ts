import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "@custody/ledger";
import type { TargetPin } from "./pins.ts";

/** The pins at one size of the ledger. */
export interface KeptPins {
  readonly size: number;
  readonly pins: readonly TargetPin[];
}

/**
 * Saves a start from reading the whole ledger for its pins. Whoever writes another file without having the master key makes
 * the start read the ledger, and no more: a code over it is made with a key that comes out of the ledger's own.
 */
export function readPinFile(directory: string, key: Buffer, sizeMax: number): KeptPins {
  const nothing: KeptPins = { pins: [], size: 0 };
  try {
    const [line = "", code = ""] = readFileSync(pathOf(directory), "utf8").split("\n");
    const isOurs = timingSafeEqual(Buffer.from(code, "hex"), codeOf(line, key));
    const kept = JSON.parse(line) as KeptPins;
    return isOurs && kept.size <= sizeMax ? kept : nothing;
  } catch {
    return nothing;
  }
}

/** Written beside and renamed. No sync: it may be lost. */
export function writePinFile(directory: string, key: Buffer, kept: KeptPins): void {
  const line = canonicalJson(kept);
  const path = pathOf(directory);
  writeFileSync(`${path}.tmp`, `${line}\n${codeOf(line, key).toString("hex")}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function codeOf(line: string, key: Buffer): Buffer {
  return createHmac("sha256", key).update(line).digest();
}

function pathOf(directory: string): string {
  return join(directory, "pins.json");
}
