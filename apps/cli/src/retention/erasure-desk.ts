import { KeysError } from "@custody/keys";
import { type Erasure, type KeyScope, type Ledger, LedgerError } from "@custody/ledger";
import { type ExportedKey, HttpProblem } from "@custody/server";
import { z } from "zod";
import { readRequest } from "../control/read-request.ts";
import { exportKey } from "../keys/export-key.ts";
import { noteKeyCopy } from "../keys/key-copy.ts";
import type { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import type { HoldRegister } from "./hold-register.ts";
import { coveringHold, type Hold } from "./holds.ts";
import { type Human, holdPlacedRecord, holdReleasedRecord } from "./retention-records.ts";
import { GOVERNANCE_CLASS } from "./retention-rules.ts";

export interface ErasureDeskParts {
  readonly ledger: Pick<
    Ledger,
    "directory" | "erase" | "exportMasterKey" | "isUsedSince" | "rotateMasterKey" | "scopeOf"
  >;
  readonly recorder: LedgerRecorder;
  readonly holds: HoldRegister;
  readonly newId: () => string;
  readonly nowUs: () => number;
  /** What is due when the master key is another one. It does not fail. */
  readonly onRotated?: () => Promise<void>;
}

/** How far the blocks of an order are taken away. */
export interface PurgeProgress {
  readonly order: number;
  readonly bundles: number;
  readonly of: number;
  readonly state: "under way" | "done" | "waits for the next start";
}

const text = z.string().trim().min(1).max(1000);
const index = z.number().int().nonnegative();

const eraseRequest = z.strictObject({
  keys: z
    .array(z.string().regex(/^[A-Za-z0-9_-]{16}$/))
    .min(1)
    .max(500),
  from: index,
  to: index,
  rule: text,
  reason: text,
  /** Keys that were used at or behind this entry are left out: they were judged before that. */
  unusedSince: index.optional(),
});

const holdRequest = z.strictObject({
  session: text.optional(),
  project: text.optional(),
  reason: text,
});

const exportRequest = z.strictObject({
  recipients: z
    .tuple([z.string()], z.string())
    .refine(({ length }) => length <= 20, "there are at most 20 recipients"),
});

const releaseRequest = z.strictObject({ hold: text, reason: text });

/** Progress of so many orders is remembered. */
const PROGRESS_MAX = 100;

/** Destroys, holds and releases, in the process that records. Nothing is done that is not recorded first. */
export class ErasureDesk {
  readonly #parts: ErasureDeskParts;
  readonly #progress = new Map<number, PurgeProgress>();
  readonly #purges = new Set<Promise<unknown>>();

  constructor(parts: ErasureDeskParts) {
    this.#parts = parts;
  }

  progress(): readonly PurgeProgress[] {
    return [...this.#progress.values()];
  }

  /** Resolves when no blocks are being taken away any more. */
  async purged(): Promise<void> {
    await Promise.allSettled(this.#purges);
  }

  /** @throws HttpProblem request-invalid, held, ledger-unavailable */
  async erase(
    body: unknown,
    human: Human,
  ): Promise<{ readonly order: number; readonly keys: readonly string[] }> {
    const { keys, unusedSince, ...order } = readRequest(eraseRequest, body);
    const { holds, ledger } = this.#parts;
    const inForce = await holds.holds();
    const wanted = keys.filter((id) => unusedSince === undefined || !ledger.isUsedSince(id, unusedSince));
    for (const id of wanted) refuseUnfit(id, ledger.scopeOf(id), inForce);
    if (wanted.length === 0)
      throw new HttpProblem("request-invalid", "keys: all of them were used since they were judged");
    let size = 0;
    const erasure = await this.#carryOut(() =>
      ledger.erase({ ...order, by: human.name, keys: wanted }, (bundles, of) => {
        size = of;
        this.#note({ bundles, of, order: erasure.order, state: "under way" });
      }),
    );
    this.#watch(erasure, () => size);
    return { keys: wanted, order: erasure.order };
  }

  async rotate(): Promise<{ readonly generation: number }> {
    const generation = await this.#carryOut(() => this.#parts.ledger.rotateMasterKey());
    await this.#parts.onRotated?.();
    return { generation };
  }

  /** A recovery copy of the master key, for whoever takes it away from here. @throws HttpProblem */
  async exportKey(body: unknown, human: Human): Promise<ExportedKey> {
    const { recipients } = readRequest(exportRequest, body);
    const { ledger } = this.#parts;
    const exported = await this.#carryOut(() => exportKey(ledger, recipients, human.name));
    noteKeyCopy(ledger.directory, { generation: exported.generation, time: exported.made });
    return exported;
  }

  async placeHold(body: unknown, human: Human): Promise<{ readonly hold: string }> {
    const request = readRequest(holdRequest, body);
    const { holds, newId, nowUs, recorder } = this.#parts;
    const facts = { hold: newId(), reason: request.reason, ...present(request) };
    const draft = holdPlacedRecord(facts, nowUs(), human);
    await this.#carryOut(() => recorder.recordOne(draft));
    holds.recorded(draft);
    return { hold: facts.hold };
  }

  async releaseHold(body: unknown, human: Human): Promise<{ readonly hold: string }> {
    const { hold: id, reason } = readRequest(releaseRequest, body);
    const { holds, nowUs, recorder } = this.#parts;
    const found = (await holds.holds()).find((each) => each.id === id);
    if (found === undefined) throw new HttpProblem("not-found", `there is no hold ${JSON.stringify(id)}`);
    const draft = holdReleasedRecord({ hold: id, reason, ...present(found) }, nowUs(), human);
    await this.#carryOut(() => recorder.recordOne(draft));
    holds.recorded(draft);
    return { hold: id };
  }

  async holds(): Promise<readonly Hold[]> {
    return this.#parts.holds.holds();
  }

  #watch({ order, purged }: Erasure, size: () => number): void {
    this.#note({ bundles: 0, of: 1, order, state: "under way", ...this.#progress.get(order) });
    const watched = purged.then(
      () => this.#note({ bundles: size(), of: size(), order, state: "done" }),
      () => this.#note({ bundles: 0, of: size(), order, state: "waits for the next start" }),
    );
    this.#purges.add(watched);
    void watched.finally(() => this.#purges.delete(watched));
  }

  #note(progress: PurgeProgress): void {
    this.#progress.set(progress.order, progress);
    const [oldest] = this.#progress.keys();
    if (this.#progress.size > PROGRESS_MAX && oldest !== undefined) this.#progress.delete(oldest);
  }

  async #carryOut<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof KeysError) throw new HttpProblem("request-invalid", error.message);
      if (!(error instanceof LedgerError)) throw error;
      const isRequest = error.code === "ERASURE_INVALID" || error.code === "MASTER_KEY_FIXED";
      throw new HttpProblem(isRequest ? "request-invalid" : "ledger-unavailable", error.message);
    }
  }
}

function refuseUnfit(id: string, scope: KeyScope | undefined, holds: readonly Hold[]): void {
  if (scope === undefined) throw new HttpProblem("request-invalid", `keys: there is no key ${id}`);
  if (scope.class === GOVERNANCE_CLASS)
    throw new HttpProblem(
      "request-invalid",
      `keys: ${id} encrypts who decided what and what was destroyed; that is kept`,
    );
  const hold = coveringHold(holds, scope);
  if (hold !== undefined)
    throw new HttpProblem("held", `hold ${hold.id} forbids it (${hold.reason}); release it first`);
}

function present({ project, session }: Pick<Hold, "project" | "session">): Pick<
  Hold,
  "project" | "session"
> & {
  session?: string;
  project?: string;
} {
  return { ...(session === undefined ? {} : { session }), ...(project === undefined ? {} : { project }) };
}
