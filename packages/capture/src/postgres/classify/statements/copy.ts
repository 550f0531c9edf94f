import { addOperation, type Draft } from "../draft.ts";
import { partsOfRelation, touchParts } from "../object-names.ts";
import type { NodeOf } from "../tree.ts";
import { startAt, visit } from "../visitor.ts";
import type { Handlers } from "./handler.ts";

/**
 * COPY moves rows between a table, or the rows of a query, and the client — or a file or a program of the
 * server's own machine, which is an administrator's business and which no ROLLBACK takes back.
 */
export const copyHandlers: Handlers<"CopyStmt"> = {
  CopyStmt: (copy, { draft }) => {
    const direction = copy.is_from === true ? "in" : "out";
    const source = copy.is_program === true ? "program" : copy.filename === undefined ? "client" : "file";
    draft.optional.copy = { direction, source };
    const operation = addOperation(draft, {
      kind: "copy",
      tier: source === "client" ? (direction === "in" ? "write" : "read") : "admin",
      verb: verbOf(direction, source),
    });
    if (source !== "client") draft.escapesTransaction = true;
    visitRows(copy, draft, operation);
  },
};

function verbOf(direction: "in" | "out", source: "client" | "file" | "program"): string {
  const preposition = direction === "in" ? "FROM" : "TO";
  return source === "client" ? `COPY ${preposition}` : `COPY ${preposition} ${source.toUpperCase()}`;
}

function visitRows(copy: NodeOf<"CopyStmt">, draft: Draft, operation: ReturnType<typeof addOperation>): void {
  const role = copy.is_from === true ? "write" : "read";
  if (copy.relation !== undefined) touchParts(draft, operation, partsOfRelation(copy.relation), role);
  // A query that writes (COPY (DELETE … RETURNING …) TO STDOUT) is found by the visitor, as an operation of its own.
  visit([copy.query, copy.whereClause], startAt(draft, operation));
}
