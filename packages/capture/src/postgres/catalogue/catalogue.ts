import type { Operation } from "@custody/domain";
import { highestTier } from "../classify/draft.ts";
import type { StatementEffects } from "../classify/statement.ts";
import type { CatalogueQuery } from "./ask-catalogue.ts";
import { FactStore } from "./fact-store.ts";
import { Resolver } from "./resolver.ts";

/** What was found out about a statement is used this long without another look, and that long while one is under way. */
const FRESH_MS = 5_000;
const STALE_MS = 30_000;

/** Who changes the catalogue all the time could otherwise keep the statements of others waiting for ever. */
const LOOKS_MAX = 5;

/** How long a server that could not be asked is left alone. */
const RETRY_MS = 1000;

export interface CatalogueOptions {
  readonly database: string;
  readonly query: CatalogueQuery;
  /** Milliseconds of a clock that never steps back. */
  readonly monotonicMs: () => number;
  /** Told when the server could not be asked, once until it can be again. */
  readonly onFailure: (error: unknown) => void;
}

/** What the catalogue has added to a statement. */
interface Found {
  readonly effects: Pick<StatementEffects, "escapesTransaction" | "operations" | "tier" | "writes">;
  readonly atMs: number;
}

/**
 * What the catalogue of one database says about statements: which schema a name is in, and what runs that the text does not
 * say. Remembered by the statement's shape, so that one that was seen before costs a look-up.
 *
 * It can be behind by `STALE_MS` at most when somebody changes the catalogue past Custody; what goes through Custody is
 * followed at once, by `changed`.
 */
export class Catalogue {
  readonly #options: CatalogueOptions;
  #found = new WeakMap<readonly Operation[], Found>();
  #looking = new Map<readonly Operation[], Promise<void>>();
  readonly #texts = new WeakMap<readonly Operation[], string>();
  readonly #refined = new WeakMap<
    StatementEffects,
    { readonly found: Found; readonly statement: StatementEffects }
  >();
  /** What is known so far, since when. */
  #known: { readonly resolver: Resolver; readonly beganMs: number };
  #hasFailed = false;
  #failure: { readonly error: unknown; readonly atMs: number } | undefined;
  /** Every role may read how many rows its own transaction has changed. */
  showsCounters = false;

  constructor(options: CatalogueOptions) {
    this.#options = options;
    this.#known = this.#beginAnew();
  }

  /** Something may have changed the catalogue: nothing that was known counts any more. */
  changed(): void {
    this.#found = new WeakMap();
    this.#looking = new Map();
    this.#known = this.#beginAnew();
  }

  /**
   * Undefined when `refined` can say at once what the catalogue knows of the statement; else resolves when it can. `text`
   * is the statement's own, if it has one.
   */
  prepare(statement: StatementEffects, text?: string): Promise<void> | undefined {
    if (!concernsCatalogue(statement)) return undefined;
    const { operations } = statement;
    const found = this.#found.get(operations);
    const ageMs = found === undefined ? STALE_MS : this.#options.monotonicMs() - found.atMs;
    if (ageMs < FRESH_MS) return undefined;
    if (text !== undefined) this.#texts.set(operations, text);
    if (ageMs >= STALE_MS) return this.#lookUntilKnown(statement);
    void this.#look(statement);
    return undefined;
  }

  /** Somebody may change the catalogue while it is looked into, and what was found is then of before. */
  async #lookUntilKnown(statement: StatementEffects): Promise<void> {
    const { operations } = statement;
    const before = this.#found.get(operations);
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      await this.#look(statement);
      const now = this.#found.get(operations);
      if (now !== undefined && now !== before) return;
    }
  }

  /**
   * The statement with what is known of it. Where the server could not be asked, a call of a function that is not
   * PostgreSQL's own could do anything; everything else is what its text says.
   *
   * `isCertain` is false while something that is on its way, or not committed, may have changed what we cannot see yet:
   * then what the catalogue says only adds to what the text does.
   */
  refined<Given extends StatementEffects>(statement: Given, isCertain: boolean): Given {
    if (!concernsCatalogue(statement)) return statement;
    const found = this.#found.get(statement.operations);
    if (found === undefined) return { ...statement, ...asUnknown(statement) };
    if (!isCertain) return { ...statement, ...both(statement, found.effects) };
    // The same object for the same statement, so that whoever keeps something for it finds it again.
    const known = this.#refined.get(statement);
    if (known?.found === found) return known.statement as Given;
    const refined = { ...statement, ...found.effects };
    this.#refined.set(statement, { found, statement: refined });
    return refined;
  }

  #look(statement: StatementEffects): Promise<void> {
    const { operations } = statement;
    const known = this.#looking.get(operations);
    if (known !== undefined) return known;
    if (this.#options.monotonicMs() - this.#known.beganMs >= FRESH_MS) this.#known = this.#beginAnew();
    const looking = this.#looking;
    const look = this.#lookAnew(statement).finally(() => looking.delete(operations));
    looking.set(operations, look);
    return look;
  }

  /** Nothing is known, so everything is asked. */
  #beginAnew(): { readonly resolver: Resolver; readonly beganMs: number } {
    const { database, monotonicMs } = this.#options;
    return { beganMs: monotonicMs(), resolver: new Resolver(new FactStore(this.#ask), database) };
  }

  /** Whoever waits in line behind a question that failed would wait as long for his own, and who comes next for both. */
  readonly #ask: CatalogueQuery = (sql, parameters) => {
    const { monotonicMs, query } = this.#options;
    const failure = this.#failure;
    if (failure !== undefined && monotonicMs() - failure.atMs < RETRY_MS)
      return Promise.reject(failure.error);
    return query(sql, parameters);
  };

  /** Never rejects: what cannot be found out is not known. */
  async #lookAnew(statement: StatementEffects): Promise<void> {
    const { operations } = statement;
    // Whatever changes meanwhile makes everything begin anew, and this look is then of before.
    const found = this.#found;
    const { beganMs: atMs, resolver } = this.#known;
    try {
      const text = this.#texts.get(operations) ?? "";
      const effects = combine(statement, await resolver.resolve({ effects: statement, text }));
      this.showsCounters = resolver.showsCounters;
      const before = found.get(operations)?.effects;
      found.set(operations, { atMs, effects: isSame(before, effects) ? before : effects });
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#options.onFailure(error);
      this.#hasFailed = true;
      // A question that the role may not ask any more would fail within the client's own transaction.
      this.showsCounters = false;
      const nowMs = this.#options.monotonicMs();
      if (error !== this.#failure?.error) this.#failure = { atMs: nowMs, error };
      found.set(operations, { atMs: nowMs + RETRY_MS - STALE_MS, effects: asUnknown(statement) });
    }
  }
}

/** Statements that neither read nor write anything are the same whatever the catalogue says. */
function concernsCatalogue({ operations }: StatementEffects): boolean {
  return operations.some(({ kind, verb }) => kind !== "transaction" && !SETTING.has(verb));
}

const SETTING: ReadonlySet<string> = new Set(["SET", "RESET", "SHOW", "LISTEN", "UNLISTEN"]);

type Code = Awaited<ReturnType<Resolver["resolve"]>>;

function combine(
  statement: StatementEffects,
  { escapesTransaction, isOpen, operations }: Code,
): Found["effects"] {
  const all: readonly Operation[] = isOpen ? [...operations, UNKNOWN] : operations;
  const changes = all.some(({ tier }) => tier !== "read");
  // Only where calls are all that it does besides reading, and each was looked into, is anything taken back of its text.
  const isLookedInto = statement.operations.every(isReadOrCall) && !all.some(isCallByName);
  return {
    escapesTransaction: escapesTransaction || isOpen || (statement.escapesTransaction && !isLookedInto),
    operations: all,
    tier: highestTier(all),
    writes: changes || (statement.writes && !isLookedInto),
  };
}

function isReadOrCall({ kind, tier, verb }: Operation): boolean {
  return tier === "read" || (kind === "call" && (verb === "FUNCTION" || verb === "CALL"));
}

/** A call that is known by its name alone: of PostgreSQL's own functions, and of those that are not there. */
function isCallByName({ objects, verb }: Operation): boolean {
  return (verb === "FUNCTION" || verb === "CALL") && objects.some(({ resolved }) => resolved === "syntax");
}

const UNKNOWN: Operation = { kind: "unknown", objects: [], tier: "destructive", verb: "UNKNOWN" };

/** What is called is not known, so it could be anything. */
function asUnknown(statement: StatementEffects): Found["effects"] {
  const operations = statement.operations.map((operation): Operation => {
    const { kind, tier, verb } = operation;
    const isCall =
      kind === "call" && tier === "write" && (verb === "FUNCTION" || verb === "CALL" || verb === "DO");
    return isCall ? { ...operation, kind: "unknown", tier: "destructive" } : operation;
  });
  const { escapesTransaction, writes } = statement;
  return { escapesTransaction, operations, tier: highestTier(operations), writes };
}

function both(statement: StatementEffects, found: Found["effects"]): Found["effects"] {
  const known = new Set(statement.operations.map((operation) => JSON.stringify(operation)));
  const more = found.operations.filter((operation) => !known.has(JSON.stringify(operation)));
  const operations = [...statement.operations, ...more, UNSEEN];
  return {
    escapesTransaction: true,
    operations,
    tier: highestTier(operations),
    writes: true,
  };
}

/** Whatever a name stands for, something may have been put in its place that only this session can see. */
const UNSEEN: Operation = { kind: "call", objects: [], tier: "write", verb: "DEFINED" };

/** Whoever remembers something by the operations goes on to find it, as long as they stay what they were. */
function isSame(before: Found["effects"] | undefined, after: Found["effects"]): before is Found["effects"] {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after);
}
