import type { BudgetPage, SessionIdentity } from "@custody/domain";
import type { GatewayPolicy, ModelPorts } from "@custody/gateway";
import type { LedgerReader } from "@custody/ledger";
import {
  BudgetBook,
  type BudgetNotice,
  budgetRecord,
  type Spender,
  type StandingQuery,
} from "@custody/policy";
import { createPrices, type OwnPrice, type Prices } from "@custody/prices";
import type { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { recountBudgets } from "./recount-budgets.ts";

type Verdict = ReturnType<ModelPorts["reserve"]>;

interface SpendingParts {
  readonly prices: readonly OwnPrice[];
  readonly recorder: Pick<LedgerRecorder, "record">;
  readonly newId: () => string;
  readonly nowUs: () => number;
}

/** What models cost, and what may be spent on them: the price table and the book of budgets, for the data path. */
export class ModelSpending {
  readonly #parts: SpendingParts;
  readonly #prices: Prices;
  readonly #book = new BudgetBook({ budgets: [], digest: "" });

  constructor(parts: SpendingParts) {
    this.#parts = parts;
    this.#prices = createPrices(parts.prices);
  }

  /** The budgets of other rules hold from now on. */
  follow({ compiled }: Pick<GatewayPolicy, "compiled">): void {
    this.#book.follow(compiled);
  }

  /** Takes in what earlier runs spent. Until it resolves, budgets are too generous. */
  recount(reader: LedgerReader, size: number): Promise<void> {
    return recountBudgets(reader, size, this.#book, this.#nowMs());
  }

  /** How every budget stands at this moment. */
  standing(query: Omit<StandingQuery, "nowMs">): BudgetPage {
    return this.#book.standing({ ...query, nowMs: this.#nowMs() });
  }

  /** What a session has spent until now, with those that it began. */
  readonly spentBy = (session: string): { readonly tokens: number; readonly costMicros: number } =>
    this.#book.spentBy(session);

  readonly priceOf: ModelPorts["priceOf"] = (took, atMs) => this.#prices.priceOf(took, atMs);

  readonly reserve: ModelPorts["reserve"] = (session, most) => {
    const { inputTokens, model, outputTokens, provider } = most;
    const atMs = this.#nowMs();
    const bounds = { inputTokensAtMost: inputTokens, model, outputTokensAtMost: outputTokens, provider };
    const { costMicros } = this.#prices.mostOf(bounds, atMs);
    const spender = spenderOf(session, model);
    const amount = { costMicros, tokens: inputTokens + outputTokens };
    const lifted: string[] = [];
    let held: Verdict["refusal"];
    let answer = this.#book.reserve(spender, amount, atMs);
    this.#tell(session, answer.notices);
    while (!answer.ok) {
      const { beyond, budget, decision } = answer;
      const refusal = { reason: decision.reasons.join("; "), rule: decision.rule };
      if (beyond === "stop") return { refusal, settle: () => {} };
      // Set aside as if somebody had said yes: whoever says no gives it back by settling with nothing.
      held ??= { ...refusal, isHeld: true };
      lifted.push(budget);
      answer = this.#book.reserve(spender, amount, atMs, lifted);
      this.#tell(session, answer.notices);
    }
    const { reservation } = answer;
    return {
      ...(held === undefined ? undefined : { refusal: held }),
      setAside: amount,
      settle: (took) => {
        if (took === undefined) return this.#book.release(reservation);
        if (took === "most") return this.#tell(session, this.#book.settle(reservation, "most"));
        const { costMicros: cost } = this.#prices.priceOf({ ...took, provider }, atMs);
        const tokens = took.cacheRead + took.cacheWrite + took.input + took.output;
        this.#tell(session, this.#book.settle(reservation, { costMicros: cost, tokens }));
      },
    };
  };

  #nowMs(): number {
    return Math.floor(this.#parts.nowUs() / 1000);
  }

  /** In order with the request that it tells of. A ledger that cannot write says so elsewhere. */
  #tell({ actor }: SessionIdentity, notices: readonly BudgetNotice[]): void {
    if (notices.length === 0) return;
    const { newId, nowUs, recorder } = this.#parts;
    const drafts = notices.map((notice) => budgetRecord(notice, { action: newId(), actor, nowUs: nowUs() }));
    void recorder.record(drafts, "queued")?.catch(() => {});
  }
}

/** An agent that was begun by another names it by that one's session. */
function spenderOf({ actor: { agent, human }, id, project }: SessionIdentity, model: string): Spender {
  return { agent: agent?.name, human, model, parentSession: agent?.parent, project, session: id };
}
