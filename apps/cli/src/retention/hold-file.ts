import { join } from "node:path";
import { type KeptState, readKept, writeKept } from "../recorder/kept-state.ts";
import type { Hold } from "./holds.ts";

/** The holds in force at one size of the ledger. */
export interface KeptHolds extends KeptState {
  readonly holds: readonly Hold[];
}

export function readHoldFile(directory: string, key: Buffer, sizeMax: number): KeptHolds {
  return readKept<KeptHolds>(pathOf(directory), key, sizeMax) ?? { holds: [], size: 0 };
}

export function writeHoldFile(directory: string, key: Buffer, kept: KeptHolds): void {
  writeKept(pathOf(directory), key, kept);
}

function pathOf(directory: string): string {
  return join(directory, "holds.json");
}
