import { join } from "node:path";
import { type KeptState, readKept, writeKept } from "../recorder/kept-state.ts";
import type { TargetPin } from "./pins.ts";

/** The pins at one size of the ledger. */
export interface KeptPins extends KeptState {
  readonly pins: readonly TargetPin[];
}

export function readPinFile(directory: string, key: Buffer, sizeMax: number): KeptPins {
  return readKept<KeptPins>(pathOf(directory), key, sizeMax) ?? { pins: [], size: 0 };
}

export function writePinFile(directory: string, key: Buffer, kept: KeptPins): void {
  writeKept(pathOf(directory), key, kept);
}

function pathOf(directory: string): string {
  return join(directory, "pins.json");
}
