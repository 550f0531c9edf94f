import { join } from "node:path";
import type { BookEntry, Denial } from "@custody/alerts";
import { type KeptState, readKept, writeKept } from "../recorder/kept-state.ts";

export const ALERT_KEY_LABEL = "custody/alerts/v1";

/**
 * What was made of all records up to one of this ledger's writers, `instance`, and of no later one. The ledger had at
 * least `size` entries then; of those behind it, what `instance` had written up to `sequence` is counted already.
 */
export interface KeptAlerts extends KeptState {
  readonly instance: string;
  readonly sequence: number;
  readonly entries: readonly BookEntry[];
  readonly denials: readonly (readonly [string, readonly Denial[]])[];
}

export function readAlertFile(directory: string, key: Buffer, sizeMax: number): KeptAlerts | undefined {
  return readKept<KeptAlerts>(pathOf(directory), key, sizeMax);
}

export function writeAlertFile(directory: string, key: Buffer, kept: KeptAlerts): void {
  writeKept(pathOf(directory), key, kept);
}

function pathOf(directory: string): string {
  return join(directory, "alerts.json");
}
