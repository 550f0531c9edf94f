import type { RecordDraft } from "@custody/domain";
import type { ConnectionContext } from "./context.ts";
import type { Ending, Execution, FinalStatus } from "./execution.ts";
import { executionsOf, send } from "./forward.ts";
import { denialProbe, rollback } from "./inject.ts";
import type { PassageParts } from "./passage-parts.ts";
import { finalRecord } from "./records.ts";
import type { Step } from "./segment.ts";

/** Of everything that the refusal takes the place of. */
export function finalsOfRefused(
  refused: Execution,
  steps: readonly Step[],
  context: ConnectionContext,
  refusedAs: FinalStatus = "denied",
): RecordDraft[] {
  const drafts: RecordDraft[] = [];
  for (const execution of executionsOf(steps.slice(refusedAt(steps, refused)))) {
    if (execution.state === "final") continue;
    const status = execution.decision?.effect === "allow" ? "skipped" : refusedAs;
    const ending: Ending = status === "cancelled" ? { outcome: "rolled-back", status } : { status };
    drafts.push(finalRecord(execution, ending, context));
  }
  return drafts;
}

/**
 * Where the refusal takes the place of the client's messages: at the refused one, or at one before it that may not go on alone
 * either. The error would not take that back where a savepoint stands between them.
 */
function refusedAt(steps: readonly Step[], refused: Execution): number {
  const all = executionsOf(steps);
  const before = all.slice(0, all.indexOf(refused)).find(({ mayNotGoOnAlone }) => mayNotGoOnAlone);
  return beginOf(steps, before ?? refused);
}

/**
 * Where an execution begins: at the Bind of the refused portal, since binding
 * already plans, and planning can run functions; else at the message itself.
 */
function beginOf(steps: readonly Step[], refused: Execution): number {
  const at = steps.findIndex((step) => step.executions.includes(refused));
  const expected = steps[at]?.expected;
  if (expected?.kind !== "execute") return at;
  const bind = steps.findIndex(
    (step) => step.expected?.kind === "bind" && step.expected.portal === expected.portal,
  );
  return bind === -1 ? at : Math.min(bind, at);
}

/** Sends what stands before the refused message, then a probe that the server rejects, then the Sync behind it. */
export function refuse(steps: readonly Step[], refused: Execution, error: Buffer, parts: PassageParts): void {
  const at = refusedAt(steps, refused);
  const { state, answers } = parts;
  send(steps.slice(0, at), parts);
  const rest = steps.slice(at);
  for (const step of rest) {
    if (step.expected) answers.reject(step.expected);
    for (const execution of step.executions) state.withdraw(execution);
  }
  const id = refused.action.id;
  const isFollowed = refused.action.commitsWrites === true;
  const end = rest.at(-1);
  if (rest[0]?.expected?.kind === "query") {
    state.expected.push({ kind: "query", executions: [], at: 0, isFollowed, refusal: error });
    parts.send([denialProbe.simple(id)]);
    if (isFollowed) rollBack(parts);
    return;
  }
  const isUnnamed = rest[0]?.expected?.kind === "parse" && rest[0].expected.name === "";
  state.expected.push({ kind: "refusal", error, isUnnamed });
  parts.send([isUnnamed ? denialProbe.unnamed(id) : denialProbe.extended(id)]);
  if (end?.expected?.kind !== "sync") return;
  state.expected.push({ ...end.expected, isFollowed });
  parts.send([end.raw]);
  if (isFollowed) rollBack(parts);
}

/** For the client a COMMIT ends its transaction, also one that was denied. */
function rollBack({ send: sendBytes, state }: PassageParts): void {
  state.expected.push({ kind: "rollback", refused: 0 });
  sendBytes([rollback]);
}

/** Likewise, once the final records of all that it takes the place of are written. */
export async function refuseOnRecord(
  steps: readonly Step[],
  refused: Execution,
  error: Buffer,
  parts: PassageParts,
  status: "cancelled" | "denied" = "denied",
): Promise<void> {
  await parts.recorder.record(finalsOfRefused(refused, steps, parts.context, status), "written");
  refuse(steps, refused, error, parts);
}

/** Records the same end of all that has none yet: nobody will answer it any more. */
export async function endOnRecord(
  steps: readonly Step[],
  ending: Ending,
  { context, recorder }: Pick<PassageParts, "context" | "recorder">,
): Promise<void> {
  const open = executionsOf(steps).filter(({ state }) => state !== "final");
  await recorder.record(
    open.map((one) => finalRecord(one, ending, context)),
    "written",
  );
}
