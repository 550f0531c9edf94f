import type { Decided, Operation, Simulation } from "@custody/domain";
import type { Changed } from "../bounded/rows-bound.ts";
import type { Execution } from "../execution.ts";
import { executionsOf } from "../forward.ts";
import type { Interruptible, PassageParts } from "../passage-parts.ts";
import type { Step } from "../segment.ts";
import { readCircumstances } from "./circumstances.ts";
import { deniedNow } from "./denied-now.ts";
import { describeAsked, OPEN_MS_MAX } from "./describe-asked.ts";
import { canceledError, holdNotice, notApprovedError, notAskedError } from "./hold-words.ts";
import { sampleRows } from "./sample-rows.ts";
import { showRows } from "./show-rows.ts";
import { waitForHuman } from "./wait-for-human.ts";

/** Why it is taken back, in the words of the protocol; undefined when it may last. */
export type Refusal = { readonly error: Buffer; readonly status: "cancelled" | "denied" } | undefined;

/** What has run, and waits. */
export interface Open {
  readonly steps: readonly Step[];
  readonly decided: readonly Decided[];
  readonly changed: Changed;
  readonly impact: Simulation;
}

/**
 * Whether a human is to be asked while the transaction waits with its locks, and not before it runs. Only changes of rows can wait
 * so: what takes a table as a whole keeps everybody from it, and its rows cannot be counted any more once it has run.
 */
export function asksWhileOpen(decided: readonly Decided[]): boolean {
  const held = decided.filter(({ decision }) => decision.effect === "approve");
  return (
    held.length > 0 &&
    held.every(({ decision }) => decision.approval?.at === "commit") &&
    decided.every(({ action }) => action.operations.every(changesRows))
  );
}

const OF_ROWS: ReadonlySet<Operation["kind"]> = new Set(["delete", "insert", "merge", "read", "update"]);
const OF_TABLES: ReadonlySet<string> = new Set(["REFRESH MATERIALIZED VIEW", "TRUNCATE"]);

function changesRows({ kind, verb, via }: Operation): boolean {
  // What code calls is looked into, and triggers are their table's affair; what the statement calls by itself may do anything.
  if (kind === "call") return via !== undefined || verb === "TRIGGER";
  return OF_ROWS.has(kind) && !OF_TABLES.has(verb);
}

/** A trigger that cannot be read may do more than change rows. */
export function setsOffTriggers(decided: readonly Decided[]): boolean {
  return decided.some(({ action }) => action.operations.some(({ verb }) => verb === "TRIGGER"));
}

/**
 * Asks a human about what has run and not lasted yet: they see its true rows, and their yes lets exactly that last. Undefined
 * instead of a promise of a refusal means yes.
 */
export async function askWhileOpen(open: Open, parts: PassageParts): Promise<Refusal> {
  const waiting = parts.interruptible();
  try {
    return await askWaiting(open, parts, waiting);
  } finally {
    waiting.done();
  }
}

async function askWaiting(
  { changed, decided, impact, steps }: Open,
  parts: PassageParts,
  waiting: Interruptible,
): Promise<Refusal> {
  const at = decided.findIndex(({ decision }) => decision.effect === "approve");
  const first = executionsOf(steps)[at] as Execution;
  const { action, classified } = first;
  const { approvals } = parts.context;
  const denied = (error: Buffer): Refusal => ({ error, status: "denied" });
  if (approvals === undefined)
    return denied(notAskedError(classified.verb, "nobody is there to ask", action));
  const operations = decided.flatMap((one) => one.action.operations);
  const circumstances = await readCircumstances(changed.client, operations);
  let isInterrupted = false;
  void waiting.interrupted.then(() => {
    isInterrupted = true;
  });
  const shown = await rowsOf(changed, first, parts);
  if (isInterrupted) return { error: canceledError(), status: "cancelled" };
  const found = describeAsked(steps, decided, parts.state, circumstances, impact);
  // Nobody comes again to a transaction that is open.
  const terms = { ...found.terms, waitMs: Math.min(found.terms.waitMs, OPEN_MS_MAX) };
  const asked = { ...found, ...shown, terms, unenforceable: undefined, waits: true };
  first.simulation = impact;
  const hold = await approvals.hold(asked).catch((error: Error & { code?: string }) => error);
  if (hold instanceof Error) {
    if (hold.code?.startsWith("HOLD") !== true) throw hold;
    return denied(notAskedError(classified.verb, hold.message, action));
  }
  const notice = holdNotice(hold, classified.verb, asked.decision.reasons.join("; "));
  const waited = await waitForHuman(hold, parts, waiting, notice, first);
  if (waited.kind === "interrupted") return { error: canceledError(), status: "cancelled" };
  const denial = await deniedNow(steps, decided, parts);
  if (denial !== undefined) {
    await hold.withdraw("the rules forbid it now");
    return denied(denial);
  }
  const { approval } = waited;
  const consent = approval.state === "granted" ? await hold.consume(asked) : undefined;
  for (const execution of executionsOf(steps)) {
    execution.heldUs = first.heldUs;
    execution.approval = consent?.approval ?? approval;
  }
  return consent === undefined ? denied(notApprovedError(approval, classified.verb, action)) : undefined;
}

/** The digest of the rows that are shown, for which they have to be on record. */
async function rowsOf(
  { before, byTable, client }: Changed,
  first: Execution,
  { context }: PassageParts,
): Promise<{ readonly rows?: string }> {
  if (byTable === undefined || byTable.length === 0) return {};
  return { rows: await showRows(await sampleRows(client, byTable, before, context), first, context) };
}
