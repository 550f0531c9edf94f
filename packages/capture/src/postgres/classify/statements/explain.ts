import type { Node } from "libpg-query";
import { addOperation } from "../draft.ts";
import { as, type NodeOf } from "../tree.ts";
import { startAt, visit } from "../visitor.ts";
import type { Handlers } from "./handler.ts";
import { executePrepared } from "./prepared.ts";

/** EXPLAIN plans; EXPLAIN ANALYZE runs, whatever it is. */
export const explainHandlers: Handlers<"ExplainStmt"> = {
  ExplainStmt: ({ options, query }, { draft, include }) => {
    if (query !== undefined && (options ?? []).some(asksToRun)) {
      addOperation(draft, { kind: "read", tier: "read", verb: "EXPLAIN ANALYZE" });
      include(query);
    } else {
      const operation = addOperation(draft, { kind: "read", tier: "read", verb: "EXPLAIN" });
      visit(query, startAt(draft, operation, "plan"));
      const executed = executedBy(query);
      if (executed !== undefined) executePrepared(executed, draft, true);
    }
  },
};

/** The EXECUTE that is planned, also as the source of a new table. */
function executedBy(query: Node | undefined): NodeOf<"ExecuteStmt"> | undefined {
  return as(query, "ExecuteStmt") ?? as(as(query, "CreateTableAsStmt")?.query, "ExecuteStmt");
}

/** `ANALYZE`, `ANALYZE true`, and anything else that is not plainly a no. */
function asksToRun(option: Node): boolean {
  const element = as(option, "DefElem");
  if (element?.defname?.toLowerCase() !== "analyze") return false;
  const { arg } = element;
  const written = as(arg, "String")?.sval ?? as(arg, "Integer")?.ival ?? as(arg, "Boolean")?.boolval;
  // The JSON leaves zero and false out.
  if (arg !== undefined && ("Integer" in arg || "Boolean" in arg)) return Boolean(written);
  return !/^(off|false|fals|fal|fa|f|no|n|0)$/i.test(String(written ?? "true"));
}
