import { join } from "node:path";
import type { IdentitySnapshot } from "@custody/identity";
import { type KeptState, readKept, writeKept } from "../recorder/kept-state.ts";

/** Who there is at one size of the ledger, and when each session was used last, in ms. */
export interface KeptIdentities extends KeptState {
  readonly snapshot: IdentitySnapshot;
  readonly usedMs: Readonly<Record<string, number>>;
}

const NOTHING: KeptIdentities = {
  size: 0,
  snapshot: { invitations: [], people: [], sessions: [], tokens: [] },
  usedMs: {},
};

export function readIdentityFile(directory: string, key: Buffer, sizeMax: number): KeptIdentities {
  return readKept<KeptIdentities>(pathOf(directory), key, sizeMax) ?? NOTHING;
}

export function writeIdentityFile(directory: string, key: Buffer, kept: KeptIdentities): void {
  writeKept(pathOf(directory), key, kept);
}

function pathOf(directory: string): string {
  return join(directory, "identities.json");
}
