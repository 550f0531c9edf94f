import type { ClassifiedStatement, StatementEffects } from "./classify/statement.ts";
import type { Execution } from "./execution.ts";
import { ExpectedReplies } from "./expected.ts";
import { Namespace, type PreparedStatement } from "./namespace.ts";
import type { Portal } from "./portal.ts";
import type { ServerSettings } from "./settings.ts";
import type { TransactionTracker } from "./transaction.ts";

/** Everything that both directions of one connection share. Owned by the connection; changed only as messages pass. */
export class ConnectionState {
  readonly settings: ServerSettings;
  readonly statements: Namespace<PreparedStatement> = new Namespace<PreparedStatement>();
  readonly portals: Namespace<Portal> = new Namespace<Portal>();
  /** Cursors declared in SQL. One WITH HOLD outlives its transaction, so a name stays until it is closed or used again. */
  readonly cursors: Map<string, StatementEffects> = new Map<string, StatementEffects>();
  readonly expected: ExpectedReplies = new ExpectedReplies();
  readonly transaction: TransactionTracker;
  /** Executions that wait for COPY data from the client, in order. */
  readonly copiesIn: Execution[] = [];
  readonly #suspended = new Set<Execution>();
  /** Statements on their way that may end or escape the open transaction. */
  #endingInFlight = 0;
  /** Something that writes was sent since the server was last known to be idle. */
  hasWritten = false;

  constructor(settings: ServerSettings, transaction: TransactionTracker) {
    this.settings = settings;
    this.transaction = transaction;
  }

  /** A portal stopped at its row limit; more may be asked for. */
  suspend(execution: Execution): void {
    this.#suspended.add(execution);
  }

  isSuspended(execution: Execution): boolean {
    return this.#suspended.has(execution);
  }

  resume(execution: Execution): void {
    this.#suspended.delete(execution);
  }

  /** The portals are gone, and with them what was suspended. */
  takeSuspended(): Execution[] {
    const suspended = [...this.#suspended];
    this.#suspended.clear();
    return suspended;
  }

  /** What a statement that is about to be sent will define. SQL PREPARE shares the names of Parse messages. */
  propose(classified: ClassifiedStatement): void {
    const { prepares, cursor } = classified;
    if (prepares) this.statements.propose(prepares.name, preparedBySql(classified));
    if (cursor?.kind === "declare" && cursor.name !== undefined && cursor.query)
      this.cursors.set(cursor.name, cursor.query);
  }

  /** The server carried it out. */
  confirm(classified: ClassifiedStatement): void {
    const { prepares, deallocates, discards } = classified;
    if (prepares) this.statements.confirm(prepares.name, preparedBySql(classified));
    if (deallocates && "name" in deallocates) this.statements.confirm(deallocates.name, undefined);
    if (discards === "all" || (deallocates && "all" in deallocates)) this.statements.clear();
    if (discards === "all") this.cursors.clear();
  }

  /** A write sent now stands in an explicit transaction that nothing on its way could end. */
  get isSafelyInTransaction(): boolean {
    return this.transaction.isExplicit && this.#endingInFlight === 0;
  }

  sent(execution: Execution): void {
    if (execution.classified.writes) this.hasWritten = true;
    if (mayEndTransaction(execution)) this.#endingInFlight += 1;
  }

  answered(execution: Execution): void {
    if (mayEndTransaction(execution)) this.#endingInFlight -= 1;
  }
}

const preparedStatements = new WeakMap<ClassifiedStatement, PreparedStatement>();

/** The same object for the same statement, so that a proposal can be confirmed or rejected by identity. */
export function preparedBySql(classified: ClassifiedStatement): PreparedStatement {
  let prepared = preparedStatements.get(classified);
  if (prepared === undefined) {
    const body = classified.prepares;
    const inner = body && {
      ...body.body,
      text: body.text,
      start: 0,
      end: 0,
      digest: classified.digest,
      fingerprint: classified.fingerprint,
    };
    prepared = { classified: inner, parameterTypes: [], refused: undefined };
    preparedStatements.set(classified, prepared);
  }
  return prepared;
}

/** COMMIT and ROLLBACK in all their forms; and what commits inside, like CALL. */
function mayEndTransaction({ classified }: Execution): boolean {
  const kind = classified.control?.kind;
  if (kind === undefined) return classified.escapesTransaction;
  return kind === "commit" || kind === "rollback" || kind === "prepare-transaction";
}
