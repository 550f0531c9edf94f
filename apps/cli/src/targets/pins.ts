import type { AuditRecord } from "@custody/domain";
import type { ServerIdentity } from "@custody/gateway";
import type { LedgerReader } from "@custody/ledger";
import { identityIn } from "./pin-details.ts";

export const TARGET_PINNED = "target.pinned";
export const TARGET_CHANGED = "target.changed";
export const TARGET_RETURNED = "target.returned";

/** The server that a target is held to. */
export interface TargetPin {
  readonly target: string;
  readonly identity: ServerIdentity;
  readonly pinnedAt: string;
  /** `first use`, `change` of a disposable target, or the person's name. */
  readonly by: string;
  /** What answered in its place, as long as it has not come back. */
  readonly refused?: RefusedServer;
}

interface RefusedServer {
  readonly identity: ServerIdentity;
  readonly since: string;
  /** How many connections were refused for it. */
  readonly attempts: number;
}

export type Pins = ReadonlyMap<string, TargetPin>;

export type PinRecord = Pick<AuditRecord, "details" | "target" | "time" | "type">;

/** What a record changes about the pins. */
export function applyPinRecord(pins: Pins, { details = {}, target, time, type }: PinRecord): Pins {
  const name = target?.name;
  if (name === undefined) return pins;
  const found = pins.get(name);
  const identity = identityIn(details);
  const isPin = type === TARGET_PINNED || (type === TARGET_CHANGED && details["repinned"] === true);
  if (isPin && identity !== undefined)
    return new Map(pins).set(name, { by: String(details["by"]), identity, pinnedAt: time, target: name });
  if (found === undefined) return pins;
  const { refused, ...pin } = found;
  if (type === TARGET_RETURNED) return new Map(pins).set(name, pin);
  if (type !== TARGET_CHANGED || identity === undefined) return pins;
  const attempts = (refused?.attempts ?? 0) + Number(details["attempts"] ?? 0);
  return new Map(pins).set(name, { ...pin, refused: { attempts, identity, since: refused?.since ?? time } });
}

/**
 * The pins, from the ledger itself: nothing that lies beside it could be trusted with this. Only envelopes are read, and the
 * few records that they name. Records of these types are kept: no retention and no erasure reaches them.
 */
export async function readPins(reader: LedgerReader, from = 0, before: Pins = new Map()): Promise<Pins> {
  let pins = before;
  for await (const { i, t } of reader.envelopes(from)) {
    if (t !== TARGET_PINNED && t !== TARGET_CHANGED && t !== TARGET_RETURNED) continue;
    const { payload } = await reader.entry(i);
    if (payload !== undefined)
      pins = applyPinRecord(pins, JSON.parse(payload.toString("utf8")) as AuditRecord);
  }
  return pins;
}
