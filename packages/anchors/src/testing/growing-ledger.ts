import type { KeptLedger } from "../held/confirm-held.ts";
import type { SignedCheckpoint } from "../place.ts";
import { signedCheckpoint } from "../signed-checkpoint.ts";
import type { ProvableLedger } from "../witness/provable-ledger.ts";
import { type SignedLog, signedLog } from "./signed-log.ts";
import { provable } from "./witness-double.ts";

/** A log that grows. A copy of it can be told another story, and sign that: it is what somebody with every key can do. */
export class GrowingLedger implements KeptLedger {
  readonly ledger: ProvableLedger;
  readonly logKey: KeptLedger["logKey"];
  readonly #log: SignedLog;
  readonly #entries: string[];

  private constructor(log: SignedLog, entries: string[]) {
    this.ledger = provable(entries);
    this.logKey = log.key;
    this.#log = log;
    this.#entries = entries;
  }

  static async begin(origin = "log.example/shop"): Promise<GrowingLedger> {
    return new GrowingLedger(await signedLog(origin), []);
  }

  /** As it is now, with every key. */
  copy(): GrowingLedger {
    return new GrowingLedger(this.#log, [...this.#entries]);
  }

  /** Appends entries with this text, and signs. */
  grow(count: number, text = "as it was"): SignedCheckpoint {
    for (let at = 0; at < count; at += 1) this.#entries.push(text);
    return signedCheckpoint(this.#log.sign(this.#entries));
  }
}
