import type {
  Approvals,
  Decider,
  Environment,
  Recorder,
  SessionIdentity,
  StoredBody,
  Usage,
} from "@custody/domain";
import type { Clock } from "../clock.ts";
import type { ToolWatch } from "../tool-watch.ts";
import type { TokenCounts } from "./conversation/block.ts";
import type { Provider } from "./provider.ts";
import type { ConversationReader } from "./reading/conversation-reader.ts";

/** Stores a large body under the key of its session, and resolves once it is durable. */
export type StoreBody = (
  owner: { readonly project: string; readonly session: string },
  body: { readonly bytes: Uint8Array; readonly mediaType: string; readonly role: string },
) => Promise<StoredBody>;

/** What an answer took costs. */
export type PriceOf = (
  took: TokenCounts & { readonly model: string; readonly provider: string },
  atMs: number,
) => Pick<Usage, "costMicros" | "currency" | "prices">;

interface BudgetRefusal {
  /** A human may let it go on all the same; what it may take is set aside meanwhile. */
  readonly isHeld?: true;
  readonly reason: string;
  readonly rule: string;
}

/** What a budget says before a request goes on. */
export interface BudgetVerdict {
  /** Why it may not; undefined when it may. `rule` names the budget. */
  readonly refusal?: BudgetRefusal;
  /** The most that it may take, and so what it counts as when nobody can say more. Money is null without a price. */
  readonly setAside?: { readonly tokens: number; readonly costMicros: number | null };
  /**
   * To be called once, with what it truly took; with nothing when it came to nothing; with `most` when nobody can say: then it
   * counts as what was set aside.
   */
  settle(took?: (TokenCounts & { readonly model: string }) | "most"): void;
}

/** Sets aside what a request may take at most. */
export type ReserveBudget = (
  session: SessionIdentity,
  most: {
    readonly inputTokens: number;
    readonly model: string;
    readonly outputTokens: number;
    readonly provider: string;
  },
) => BudgetVerdict;

/** The way to one provider. */
export interface ModelDoor {
  readonly provider: Provider;
  /** Where its API begins; the path of a request is added. */
  readonly upstream: URL;
  /** The key that the gateway holds; without it, the client's own passes through. */
  readonly key?: string;
  readonly environment: Environment;
  /** What may work at the provider's, beyond this connection. */
  readonly allowed: ReadonlySet<string>;
}

/** What every part of the proxy knows. */
export interface LlmContext {
  /** Without them nobody can be asked, and what needs a human is refused. */
  readonly approvals?: Approvals | undefined;
  readonly clock: Clock;
  readonly decider: Decider;
  readonly newId: () => string;
  readonly priceOf: PriceOf;
  readonly reader: ConversationReader;
  readonly recorder: Recorder;
  readonly reserve: ReserveBudget;
  readonly storeBody: StoreBody;
  readonly tools: ToolWatch;
}
