import { addOperation, type Draft } from "../draft.ts";
import { bodyAfterAs, splitArguments } from "../source-parts.ts";
import type { NodeOf } from "../tree.ts";
import { startAt, visit } from "../visitor.ts";
import type { Handlers } from "./handler.ts";

/** SQL's own prepared statements, which share their names with those of the wire protocol. */
export const preparedHandlers: Handlers<"PrepareStmt" | "ExecuteStmt" | "DeallocateStmt"> = {
  PrepareStmt: ({ name, query }, { draft, describe }) => {
    addOperation(draft, { kind: "transaction", tier: "read", verb: "PREPARE" });
    if (query === undefined) return;
    const text = bodyAfterAs(draft.source);
    const body = describe(query, text);
    for (const { kind, objects, tier, unbounded, verb } of body.operations) {
      // A refusal should come when the statement is prepared, not first when it is run.
      draft.operations.push({
        kind,
        objects: new Map(objects.map((object) => [JSON.stringify(object), object])),
        tier,
        unbounded: unbounded === true,
        verb,
      });
    }
    draft.optional.prepares = { name: name ?? "", text, body };
  },

  ExecuteStmt: (statement, { draft }) => {
    if (draft.verb === "") draft.verb = "EXECUTE";
    executePrepared(statement, draft, false);
  },

  DeallocateStmt: ({ isall, name }, { draft }) => {
    addOperation(draft, { kind: "transaction", tier: "read", verb: "DEALLOCATE" });
    draft.optional.deallocates = isall === true || name === undefined ? { all: true } : { name };
  },
};

/** The server computes the arguments, and then runs or plans what only the connection can find by the name. */
export function executePrepared(
  { name, params }: NodeOf<"ExecuteStmt">,
  draft: Draft,
  isPlannedOnly: boolean,
): void {
  visit(params, startAt(draft));
  const { writes, escapesTransaction } = draft;
  addOperation(draft, { kind: "unknown", tier: "destructive", verb: "EXECUTE" });
  draft.escapesTransaction = true;
  draft.optional.executes = {
    name: name ?? "",
    arguments: params === undefined ? [] : splitArguments(draft.source),
    writes,
    escapesTransaction,
    ...(isPlannedOnly ? { isPlannedOnly } : undefined),
  };
}
