import { join } from "node:path";
import { type KeptState, readKept, writeKept } from "../recorder/kept-state.ts";

export const COURIER_KEY_LABEL = "custody/webhooks/v1";

/** What each webhook still has to get of the alerts that stand in the ledger below `size`. */
export interface KeptDeliveries extends KeptState {
  readonly webhooks: readonly {
    readonly name: string;
    readonly waiting: readonly { readonly index: number; readonly tries: number }[];
  }[];
}

export function readCourierFile(directory: string, key: Buffer, sizeMax: number): KeptDeliveries | undefined {
  return readKept<KeptDeliveries>(pathOf(directory), key, sizeMax);
}

export function writeCourierFile(directory: string, key: Buffer, kept: KeptDeliveries): void {
  writeKept(pathOf(directory), key, kept);
}

function pathOf(directory: string): string {
  return join(directory, "webhooks.json");
}
