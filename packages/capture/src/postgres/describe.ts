import { createHash } from "node:crypto";
import type { Action, Decision, Operation, Parameter, Statement } from "@custody/domain";
import { decodeText } from "@custody/wire/postgres";
import { CaptureError } from "../error.ts";
import {
  classify,
  classifyInWorker,
  resolveExecute,
  STATEMENT_INLINE_BYTES_MAX,
} from "./classify/classify.ts";
import { highestTier } from "./classify/draft.ts";
import type { ClassifiedStatement, StatementEffects } from "./classify/statement.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { ConnectionContext } from "./context.ts";
import { Execution } from "./execution.ts";
import { explained } from "./explained.ts";
import { isUnsafeEncoding, type ServerSettings } from "./settings.ts";
import type { Unfinished } from "./unfinished.ts";

/** The statements of a message; or one that stands for a message that we must not forward, and why. */
export interface Understood {
  readonly statements: readonly ClassifiedStatement[];
  readonly refused?: Decision;
}

/** Whether the text could be another one for a server with other settings. */
export function dependsOnSettings(sql: Buffer): boolean {
  return sql.includes(0x5c) || sql.some((byte) => byte > 0x7f);
}

/** Whether a string of it would end elsewhere if a backslash took the quote behind it with it, or stopped doing so. */
export function mayEndElsewhere(sql: Buffer): boolean {
  return sql.includes("\\'");
}

/** The text cannot be read before the server has answered what may change how it is read. */
export function unreadable(sql: Buffer): Understood {
  const reason =
    "an earlier statement of the same segment may change how it is read: send it after the Sync of that one";
  return refusedMessage(sql, "builtin:unreadable", reason);
}

/** Reads the statements of a message. Large ones are parsed in a worker, so that others need not wait. */
export function understand(
  sql: Buffer,
  settings: ServerSettings,
  context: ConnectionContext,
): Understood | Promise<Understood> {
  const unsafe = unsafeReason(sql, settings);
  if (unsafe !== undefined) return refusedMessage(sql, "builtin:unreadable", unsafe);
  if (sql.length > context.maxStatementBytes) {
    return refusedMessage(
      sql,
      "builtin:too-long",
      `the statement has ${sql.length} bytes, at most ${context.maxStatementBytes} are taken`,
    );
  }
  const database = context.target.database ?? "";
  if (sql.length > STATEMENT_INLINE_BYTES_MAX) return understandInWorker(sql, database);
  try {
    return { statements: classify(sql, { database }) };
  } catch (error) {
    if (error instanceof CaptureError && error.code === "STATEMENT_TOO_COMPLEX")
      return understandInWorker(sql, database);
    return notUnderstood(sql, error);
  }
}

async function understandInWorker(sql: Buffer, database: string): Promise<Understood> {
  try {
    return { statements: await classifyInWorker(sql, { database }) };
  } catch (error) {
    return notUnderstood(sql, error);
  }
}

function unsafeReason(sql: Buffer, settings: ServerSettings): string | undefined {
  if (!settings.hasStandardStrings && sql.includes(0x5c))
    return "standard_conforming_strings is off and the statement has a backslash";
  if (isUnsafeEncoding(settings.clientEncoding) && sql.some((byte) => byte > 0x7f)) {
    return `it has characters outside ASCII in ${settings.clientEncoding}: use UTF8`;
  }
  return undefined;
}

function notUnderstood(sql: Buffer, error: unknown): Understood {
  if (!(error instanceof CaptureError)) throw error;
  const rule = error.code === "STATEMENT_UNPARSEABLE" ? "builtin:unparseable" : "builtin:too-complex";
  return refusedMessage(sql, rule, error.message, error.position);
}

/** A refusal's reasons: the sentence, and the position of a syntax error when there is one. */
function refusedMessage(sql: Buffer, rule: string, reason: string, position?: number): Understood {
  const reasons = position === undefined ? [reason] : [reason, `at character ${position + 1}`];
  const { classified, refused } = notKnown(rule, reasons, sql);
  return { statements: [classified], refused };
}

/** Stands for something that cannot be told, and is refused for it. */
export function notKnown(
  rule: string,
  reasons: readonly string[],
  sql: Buffer = Buffer.alloc(0),
): { readonly classified: ClassifiedStatement; readonly refused: Decision } {
  const classified: ClassifiedStatement = {
    ...NOTHING_KNOWN,
    text: decodeText(sql),
    start: 0,
    end: sql.length,
    digest: createHash("sha256").update(sql).digest("hex"),
    fingerprint: undefined,
    operations: [{ kind: "unknown", objects: [], tier: "destructive", verb: NOTHING_KNOWN.verb }],
  };
  return { classified, refused: Object.freeze({ effect: "deny", policy: "", reasons, rule }) };
}

const NOTHING_KNOWN: StatementEffects = {
  verb: "UNKNOWN",
  operations: [],
  tier: "destructive",
  writes: true,
  escapesTransaction: true,
  changesSession: [],
  functions: [],
};

/** A statement of the wire can be an EXECUTE itself. A longer chain stays unknown, which policy refuses. */
const EXECUTE_DEPTH_MAX = 8;

/** What the catalogue adds to a statement, or to what one runs that it names. */
export type Refine = <Given extends StatementEffects>(effects: Given, text?: string) => Given;

/** What EXECUTE, FETCH and MOVE really do stands in what they name. */
export function resolve(
  classified: ClassifiedStatement,
  state: ConnectionState,
  { target }: Pick<ConnectionContext, "target">,
  refine: Refine,
): ClassifiedStatement {
  let resolved = refine(classified, classified.text);
  for (let depth = 0; resolved.executes !== undefined && depth < EXECUTE_DEPTH_MAX; depth += 1) {
    const body = executedBy(resolved.executes, state, target.database ?? "");
    if (body === undefined) return resolved;
    const { name } = resolved.executes;
    const refined = refine(body, body.text);
    const runs = [...(resolved.runs ?? []), body.text];
    resolved = resolveExecute(resolved, state.mayBeReplaced(name) ? orReplaced(refined) : refined);
    resolved = { ...resolved, runs };
  }
  // What it will fetch is looked at here, since a FETCH does not have the text.
  if (resolved.cursor?.kind === "declare" && resolved.cursor.query)
    refine(resolved.cursor.query, resolved.text);
  const fetched = fetchedBy(resolved, state);
  const query = fetched && refine(fetched);
  if (query === undefined) return fetches(resolved) ? { ...resolved, ...COULD_DO_ANYTHING } : resolved;
  const { operations, tier, writes, escapesTransaction, functions } = query;
  const portal = state.portals.get(resolved.cursor?.name ?? "");
  const text = portal?.prepared?.classified?.text;
  const told = text === undefined ? ({ runsUnseen: true } as const) : { runs: [text] };
  const fetching = { ...resolved, operations, tier, writes, escapesTransaction, functions, ...told };
  return portal?.mayBeReplaced ? orReplaced(fetching) : fetching;
}

function executedBy(
  { isPlannedOnly, name }: NonNullable<StatementEffects["executes"]>,
  state: ConnectionState,
  database: string,
): ClassifiedStatement | undefined {
  const prepared = state.statements.get(name)?.classified;
  return prepared !== undefined && isPlannedOnly ? explained(prepared, database) : prepared;
}

/** A cursor declared in SQL, or a portal of the wire: FETCH runs that one as Execute does. */
function fetchedBy({ cursor }: ClassifiedStatement, state: ConnectionState): StatementEffects | undefined {
  if (cursor?.kind !== "fetch" && cursor?.kind !== "move") return undefined;
  if (cursor.name === undefined) return undefined;
  const portal = state.portals.get(cursor.name)?.prepared?.classified;
  if (portal !== undefined) return portal;
  const declared = state.cursors.get(cursor.name);
  return declared && state.isAsDeclared(declared) ? declared : undefined;
}

/** A statement, or whatever code has put under its name. Policy has to know both. */
export function orReplaced<Given extends StatementEffects>(effects: Given): Given {
  const operations = [...effects.operations, REPLACED];
  return {
    ...effects,
    operations,
    tier: highestTier(operations),
    writes: true,
    escapesTransaction: true,
  };
}

const REPLACED: Operation = Object.freeze({
  kind: "unknown",
  objects: Object.freeze([]),
  tier: "destructive",
  verb: "REPLACED",
});

function fetches({ cursor }: ClassifiedStatement): boolean {
  return cursor?.kind === "fetch" || cursor?.kind === "move";
}

/**
 * A cursor that a function opened, or may have opened in the place of a declared one: fetching runs its query, which
 * nobody has seen, so it counts as a call of code that may write.
 */
const COULD_DO_ANYTHING = {
  operations: [{ kind: "call", objects: [], tier: "write", verb: "FETCH" }],
  tier: "write",
  writes: true,
  escapesTransaction: true,
} as const;

/** Whether the names in it mean what they seem to; see Namespace. */
export function isCertain(classified: ClassifiedStatement, state: ConnectionState): boolean {
  const { executes, cursor } = classified;
  if (executes !== undefined) return state.statements.isCertain(executes.name, state.segment);
  if (cursor?.name === undefined || (cursor.kind !== "fetch" && cursor.kind !== "move")) return true;
  return state.isPortalCertain(cursor.name);
}

export interface DescribedBy {
  readonly parameters: readonly Parameter[];
  readonly protocol: NonNullable<Statement["protocol"]>;
  readonly refused: Decision | undefined;
}

/** One execution as an action, ready to be decided. */
export function describeExecution(
  classified: ClassifiedStatement,
  by: DescribedBy,
  links: Action["links"],
  context: ConnectionContext,
): Execution {
  const action: Unfinished<Action> = {
    id: context.newId(),
    links,
    operations: classified.operations,
    session: context.session,
    statement: statementOf(classified, by),
    target: context.target,
    timeUs: context.clock.nowUs(),
  };
  if (by.refused !== undefined) action.refused = by.refused;
  return new Execution(action, classified, context.clock.monotonicUs());
}

function statementOf(classified: ClassifiedStatement, { parameters, protocol }: DescribedBy): Statement {
  const given = classified.executes ? executeArguments(classified.executes.arguments) : parameters;
  const { digest, fingerprint, text } = classified;
  const statement: Unfinished<Statement> = { digest, protocol, text };
  if (fingerprint) statement.fingerprint = fingerprint;
  if (given.length > 0) statement.parameters = given;
  return statement;
}

/** The arguments of SQL EXECUTE are expressions; their source text is what the client wrote. */
function executeArguments(source: readonly string[]): Parameter[] {
  return source.map((value, at) => ({ index: at + 1, type: "expression", value }));
}
