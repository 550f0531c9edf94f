import type { Actor } from "@custody/domain";
import {
  applyFreezeRecord,
  FREEZE_BEGUN,
  FREEZE_ENDED,
  type Freeze,
  type FreezeScope,
  type FreezeStamp,
  type Freezes,
  freezeBegunRecord,
  freezeEndedRecord,
  scopeKey,
  scopeText,
} from "@custody/policy";
import { HttpProblem } from "@custody/server";
import { z } from "zod";
import { readRequest } from "../control/read-request.ts";
import { type Derived, RecordRegister, type RecordRegisterOptions } from "../recorder/record-register.ts";

const FREEZES: Derived<Freezes> = {
  apply: applyFreezeRecord,
  concerns: (type) => type === FREEZE_BEGUN || type === FREEZE_ENDED,
  fromKept: (kept: Freeze[]) => new Map(kept.map((freeze) => [scopeKey(freeze), freeze])),
  initial: new Map(),
  name: "freezes",
  toKept: (freezes) => [...freezes.values()],
};

/** `setTimeout` takes no more (2^31 - 1 ms); what lasts longer is looked at again then. */
const TIMER_MS_MAX = 2 ** 31 - 1;

const scope = {
  target: z.string().min(1).max(63).exactOptional(),
  project: z.string().min(1).max(100).exactOptional(),
};
const reason = z.string().trim().min(1).max(1000);
const freezeRequest = z.strictObject({ ...scope, reason, until: z.iso.datetime().exactOptional() });
const thawRequest = z.strictObject({ ...scope, reason });

/** Who asks. */
export interface Asker {
  readonly actor: Actor;
  readonly name: string;
}

export interface FreezeDeskOptions extends RecordRegisterOptions {
  readonly newId: () => string;
  readonly nowUs: () => number;
  /** The names that can be frozen. */
  readonly known: () => { readonly targets: readonly string[]; readonly projects: readonly string[] };
}

/** Freezes and thaws, for people; what is frozen holds for the next statement on every connection. */
export class FreezeDesk {
  readonly #options: FreezeDeskOptions;
  readonly #register: RecordRegister<Freezes>;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #isClosed = false;

  constructor(options: FreezeDeskOptions) {
    this.#options = options;
    this.#register = new RecordRegister(FREEZES, options);
    void this.#register.loaded.then(() => {
      for (const freeze of this.#register.state.values()) this.#thawInTime(freeze);
    });
  }

  /** Resolves once everything that is frozen is known. */
  get loaded(): Promise<void> {
    return this.#register.loaded;
  }

  get freezes(): Freezes {
    return this.#register.state;
  }

  list(): Freeze[] {
    return [...this.freezes.values()];
  }

  /** Resolves once it holds. @throws HttpProblem request-invalid, not-found */
  async freeze(body: unknown, asker: Asker): Promise<Freeze> {
    const request = readRequest(freezeRequest, body);
    this.#checkScope(request);
    if (request.until !== undefined && Date.parse(request.until) * 1000 <= this.#options.nowUs())
      throw new HttpProblem("request-invalid", `until: ${request.until} is over`);
    const draft = freezeBegunRecord({ id: this.#options.newId(), ...request }, this.#stamp(asker));
    await this.#register.record(draft);
    const freeze = this.freezes.get(scopeKey(request)) as Freeze;
    this.#thawInTime(freeze);
    return freeze;
  }

  /** Resolves once writes are allowed again. @throws HttpProblem request-invalid, not-found */
  async thaw(body: unknown, asker: Asker): Promise<Freeze> {
    const request = readRequest(thawRequest, body);
    await this.loaded;
    const freeze = this.freezes.get(scopeKey(request));
    if (freeze === undefined) throw new HttpProblem("not-found", `${scopeText(request)} is not frozen`);
    await this.#end(freeze, request.reason, this.#stamp(asker));
    return freeze;
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#register.close();
  }

  async #end(freeze: Freeze, why: string, stamp: FreezeStamp): Promise<void> {
    clearTimeout(this.#timers.get(scopeKey(freeze)));
    await this.#register.record(freezeEndedRecord({ ...freeze, reason: why }, stamp));
  }

  /** Whoever decides looks at the time itself; this puts the end on record. */
  #thawInTime(freeze: Freeze): void {
    const key = scopeKey(freeze);
    clearTimeout(this.#timers.get(key));
    if (freeze.until === undefined || this.#isClosed) return;
    const waitMs = Date.parse(freeze.until) - this.#options.nowUs() / 1000;
    const timer = setTimeout(
      () => {
        if (this.freezes.get(key)?.id !== freeze.id) return;
        if (waitMs > TIMER_MS_MAX) return this.#thawInTime(freeze);
        const stamp = this.#stamp({ actor: { service: "custody" }, name: "the time that was set" });
        void this.#end(freeze, "its time is over", stamp).catch(() => {});
      },
      Math.min(Math.max(0, waitMs), TIMER_MS_MAX),
    );
    this.#timers.set(key, timer.unref());
  }

  #checkScope({ project, target }: FreezeScope): void {
    const { projects, targets } = this.#options.known();
    if (target !== undefined && project !== undefined)
      throw new HttpProblem("request-invalid", "name a target or a project, not both");
    if (target !== undefined && !targets.includes(target))
      throw new HttpProblem("not-found", `there is no target ${JSON.stringify(target)} in the configuration`);
    if (project !== undefined && !projects.includes(project))
      throw new HttpProblem(
        "not-found",
        `there is no project ${JSON.stringify(project)} in the configuration`,
      );
  }

  #stamp({ actor, name }: Asker): FreezeStamp {
    return { actor, by: name, nowUs: this.#options.nowUs() };
  }
}
