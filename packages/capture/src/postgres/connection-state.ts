import { CaptureError } from "../error.ts";
import { mayDefine } from "./catalogue/may-define.ts";
import type { ClassifiedStatement, StatementEffects } from "./classify/statement.ts";
import type { Execution } from "./execution.ts";
import { ExpectedReplies } from "./expected.ts";
import { Namespace, type PreparedStatement } from "./namespace.ts";
import type { Portal } from "./portal.ts";
import { Replacements } from "./replacements.ts";
import type { ServerSettings } from "./settings.ts";
import type { TransactionTracker } from "./transaction.ts";

/** Everything that both directions of one connection share. Owned by the connection; changed only as messages pass. */
export class ConnectionState {
  readonly settings: ServerSettings;
  readonly statements: Namespace<PreparedStatement> = new Namespace<PreparedStatement>();
  readonly portals: Namespace<Portal> = new Namespace<Portal>();
  /** Cursors declared in SQL. One WITH HOLD outlives its transaction, so a name stays until it is closed or used again. */
  readonly cursors: Namespace<StatementEffects> = new Namespace<StatementEffects>();
  readonly expected: ExpectedReplies = new ExpectedReplies();
  readonly transaction: TransactionTracker;
  /** Executions that wait for COPY data from the client, in order. */
  readonly copiesIn: Execution[] = [];
  readonly #suspended = new Set<Execution>();
  /** The COPY of which the server has said that it takes data now; it will answer nothing else before the end of it. */
  #takesCopy: Execution | undefined;
  /** Counts the statements that run code of users, which can close a cursor and open another one of its name. */
  #codeRuns = 0;
  readonly #declaredAt = new WeakMap<StatementEffects, number>();
  /** Statements on their way that may end or escape the open transaction. */
  readonly #endingInFlight = new Set<Execution>();
  readonly #replacements = new Replacements();
  readonly #preparedBySql = new WeakMap<ClassifiedStatement, PreparedStatement>();
  #answersSeen: (() => void)[] = [];
  /** Counts what the server skips or runs together after an error: each ends with Sync or is a simple query. */
  segment = 0;
  /** Some statement may have changed how the server reads texts, since the connection began. */
  hasChangedReading = false;
  /** One of this segment may. */
  changesReading = false;
  /** One of this segment runs, and may have a trigger, a rule or a view that changes it; the text does not tell. */
  runsInSegment = false;
  /** Something that was begun since the server was last known to be idle may change the catalogue. */
  mayHaveDefined = false;
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

  /** A Parse message is about to be sent, or SQL PREPARE. */
  prepare(name: string, prepared: PreparedStatement): void {
    this.statements.propose(name, prepared, this.segment);
    this.#replacements.propose(prepared);
  }

  /** Whether code may have put another statement under this name. The unnamed one is out of its reach. */
  mayBeReplaced(name: string): boolean {
    const prepared = this.statements.get(name);
    return name !== "" && prepared !== undefined && this.#replacements.has(prepared);
  }

  /** What a statement that is about to be sent will define. SQL PREPARE shares the names of Parse messages. */
  propose(classified: ClassifiedStatement): void {
    const { prepares, cursor } = classified;
    if (prepares) this.prepare(prepares.name, this.#preparedOf(classified));
    this.#replacements.proposeCode(classified);
    if (classified.escapesTransaction) this.#codeRuns += 1;
    if (classified.control === undefined) this.runsInSegment = true;
    if (cursor?.kind === "declare" && cursor.name !== undefined) {
      this.cursors.propose(cursor.name, cursor.query, this.segment);
      if (cursor.query) this.#declaredAt.set(cursor.query, this.#codeRuns);
    }
    if (mayDefine(classified)) this.mayHaveDefined = true;
    if (mayChangeReading(classified)) {
      this.hasChangedReading = true;
      this.changesReading = true;
    }
  }

  /** Whether a cursor is still the one that was declared, as far as anybody can tell without asking the server. */
  isAsDeclared(query: StatementEffects): boolean {
    return this.#declaredAt.get(query) === this.#codeRuns;
  }

  /** It will not come about, or its end is about to be confirmed. */
  withdraw({ classified }: Execution): void {
    const { prepares, cursor } = classified;
    this.#replacements.withdraw(classified);
    if (prepares) this.statements.reject(prepares.name, this.#preparedOf(classified));
    if (cursor?.kind === "declare" && cursor.name !== undefined)
      this.cursors.reject(cursor.name, cursor.query);
  }

  /**
   * Whether a portal or a cursor is what it seems; see Namespace. They share their names for the server: a Bind that
   * fails leaves a cursor, and the end of a transaction on its way takes a portal, for which a cursor may stand then.
   */
  isPortalCertain(name: string): boolean {
    const { portals, cursors, segment, expected } = this;
    if (!portals.isCertain(name, segment) || !cursors.isCertain(name, segment)) return false;
    const portal = portals.get(name);
    if (portal === undefined || portal.segment === segment) return true;
    const isAlone = portal.prepared !== undefined && cursors.get(name) === undefined;
    return isAlone || !expected.owesEnd;
  }

  /** The server carried it out. */
  confirm(classified: ClassifiedStatement): void {
    const { prepares, deallocates, discards, cursor } = classified;
    if (prepares) this.statements.confirm(prepares.name, this.#preparedOf(classified));
    if (deallocates && "name" in deallocates) this.statements.remove(deallocates.name);
    if (discards === "all" || (deallocates && "all" in deallocates)) this.statements.clearNamed();
    if (cursor?.kind === "declare" && cursor.name !== undefined) {
      this.cursors.confirm(cursor.name, cursor.query);
      this.portals.remove(cursor.name);
    }
    if (cursor?.kind === "close") this.#closeCursor(cursor.name);
    if (discards === "all") this.#closeCursor(undefined);
  }

  /** SQL's CLOSE takes portals of the wire too, which are the same thing for the server. */
  #closeCursor(name: string | undefined): void {
    if (name === undefined) {
      this.cursors.clear();
      this.portals.clear();
    } else {
      this.cursors.remove(name);
      this.portals.remove(name);
    }
  }

  /** The same object for the same statement, so that a proposal can be confirmed or rejected by identity. */
  #preparedOf(classified: ClassifiedStatement): PreparedStatement {
    const known = this.#preparedBySql.get(classified);
    if (known !== undefined) return known;
    const body = classified.prepares;
    const { digest, fingerprint } = classified;
    const inner = body && { ...body.body, text: body.text, start: 0, end: 0, digest, fingerprint };
    const prepared = { classified: inner, parameterTypes: [], refused: undefined };
    this.#preparedBySql.set(classified, prepared);
    return prepared;
  }

  /**
   * Waits until every earlier segment is answered: then names and settings are what they seem.
   *
   * Throws when waiting cannot help: nothing is on its way any more, since the server is gone; or it waits itself, for
   * the data of a COPY, which would have to come from the client that we do not listen to meanwhile.
   */
  async earlierAnswered(): Promise<void> {
    if (!this.expected.owesEnd)
      throw new CaptureError("DESYNCHRONISED", "nothing that is on its way can tell what a name stands for");
    while (this.expected.owesEnd) {
      if (this.#takesCopy)
        throw new CaptureError("PROTOCOL_VIOLATION", "this message has no place in the data of a COPY");
      await new Promise<void>((resolve) => {
        this.#answersSeen.push(resolve);
      });
    }
  }

  /** More of the answers was read, or none will come any more. */
  noteAnswers(): void {
    if (this.#answersSeen.length === 0) return;
    const seen = this.#answersSeen;
    this.#answersSeen = [];
    for (const resolve of seen) resolve();
  }

  /** What was read so far is one segment; the server begins anew behind it. */
  endSegment(): void {
    this.segment += 1;
    this.changesReading = false;
    this.runsInSegment = false;
  }

  /** A write sent now stands in an explicit transaction that nothing on its way could end. */
  get isSafelyInTransaction(): boolean {
    return this.transaction.isExplicit && this.#endingInFlight.size === 0;
  }

  sent(execution: Execution): void {
    this.#replacements.sent(execution.classified);
    if (execution.classified.writes) this.hasWritten = true;
    if (mayEndTransaction(execution.classified)) this.#endingInFlight.add(execution);
  }

  /** The server has said that it takes COPY data, and neither the data nor the COPY has ended. */
  get isTakingCopy(): boolean {
    return this.#takesCopy !== undefined;
  }

  /** The server waits for the data of this COPY. */
  beginCopy(execution: Execution): void {
    if (this.copiesIn.includes(execution)) this.#takesCopy = execution;
  }

  /** The COPY has failed, or its data has ended. */
  leaveCopy(execution: Execution): void {
    if (this.#takesCopy === execution) this.#takesCopy = undefined;
    const at = this.copiesIn.indexOf(execution);
    if (at !== -1) this.copiesIn.splice(at, 1);
  }

  answered(execution: Execution): void {
    this.#endingInFlight.delete(execution);
  }
}

/** COMMIT and ROLLBACK in all their forms; and what commits inside, like CALL. */
export function mayEndTransaction({ control, escapesTransaction }: ClassifiedStatement): boolean {
  if (control === undefined) return escapesTransaction;
  return control.kind === "commit" || control.kind === "rollback" || control.kind === "prepare-transaction";
}

const READING = new Set(["standard_conforming_strings", "client_encoding", "all", "*"]);

/**
 * Whether later texts may be read otherwise: by a setting, or by code that can change one. The end of a transaction
 * takes changes back, which is why one change is remembered for the rest of the connection.
 */
function mayChangeReading({ changesSession, escapesTransaction }: ClassifiedStatement): boolean {
  return escapesTransaction || changesSession.some((name) => READING.has(name));
}
