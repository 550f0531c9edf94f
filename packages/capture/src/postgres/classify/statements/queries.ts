import { addOperation } from "../draft.ts";
import { partsOfRelation, touchParts } from "../object-names.ts";
import { startAt, visit } from "../visitor.ts";
import type { Handlers } from "./handler.ts";

/** Reading and changing rows. The five that can nest are understood by visit-queries.ts, wherever they stand. */
export const queryHandlers: Handlers<
  | "SelectStmt"
  | "InsertStmt"
  | "UpdateStmt"
  | "DeleteStmt"
  | "MergeStmt"
  | "CreateTableAsStmt"
  | "RefreshMatViewStmt"
  | "TruncateStmt"
> = {
  SelectStmt: (select, { draft }) => visit({ SelectStmt: select }, startAt(draft)),
  InsertStmt: (insert, { draft }) => visit({ InsertStmt: insert }, startAt(draft)),
  UpdateStmt: (update, { draft }) => visit({ UpdateStmt: update }, startAt(draft)),
  DeleteStmt: (remove, { draft }) => visit({ DeleteStmt: remove }, startAt(draft)),
  MergeStmt: (merge, { draft }) => visit({ MergeStmt: merge }, startAt(draft)),

  /** Also CREATE MATERIALIZED VIEW; the query may be an EXECUTE. */
  CreateTableAsStmt: ({ into, objtype, query }, { draft, include }) => {
    const verb = objtype === "OBJECT_MATVIEW" ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
    const operation = addOperation(draft, { kind: "define", tier: "write", verb });
    touchParts(draft, operation, partsOfRelation(into?.rel ?? {}));
    if (query !== undefined && "ExecuteStmt" in query) include(query);
    else visit(query, startAt(draft, operation));
  },

  RefreshMatViewStmt: ({ relation }, { draft }) => {
    const operation = addOperation(draft, {
      kind: "update",
      tier: "write",
      verb: "REFRESH MATERIALIZED VIEW",
    });
    touchParts(draft, operation, partsOfRelation(relation ?? {}), "write");
  },

  TruncateStmt: ({ relations }, { draft }) => {
    const operation = addOperation(draft, {
      kind: "delete",
      tier: "destructive",
      unbounded: true,
      verb: "TRUNCATE",
    });
    for (const relation of relations ?? []) {
      if ("RangeVar" in relation) touchParts(draft, operation, partsOfRelation(relation.RangeVar), "write");
    }
  },
};
