import type { Node } from "libpg-query";
import { addOperation, type Draft, finish, newDraft } from "./draft.ts";
import type { StatementEffects } from "./statement.ts";
import { callHandlers } from "./statements/calls.ts";
import { copyHandlers } from "./statements/copy.ts";
import { cursorHandlers } from "./statements/cursors.ts";
import { definitionHandlers } from "./statements/definitions.ts";
import { dropHandlers } from "./statements/drops.ts";
import { explainHandlers } from "./statements/explain.ts";
import type { Handlers, Handling } from "./statements/handler.ts";
import { maintenanceHandlers } from "./statements/maintenance.ts";
import { preparedHandlers } from "./statements/prepared.ts";
import { privilegeHandlers } from "./statements/privileges.ts";
import { queryHandlers } from "./statements/queries.ts";
import { serverHandlers } from "./statements/server.ts";
import { sessionHandlers } from "./statements/sessions.ts";
import { tableHandlers } from "./statements/tables.ts";
import { transactionHandlers } from "./statements/transactions.ts";
import { type StatementName, unwrap } from "./tree.ts";

/** What the grammar calls statements, but never puts where a client's statement stands. */
type NeverTopLevel = "RawStmt" | "SetOperationStmt" | "ReturnStmt" | "PLAssignStmt" | "ReplicaIdentityStmt";

/** Complete by its type: a statement that a new grammar adds does not compile until somebody says what it does. */
const handlers: Handlers<Exclude<StatementName, NeverTopLevel>> = {
  ...callHandlers,
  ...copyHandlers,
  ...cursorHandlers,
  ...definitionHandlers,
  ...dropHandlers,
  ...explainHandlers,
  ...maintenanceHandlers,
  ...preparedHandlers,
  ...privilegeHandlers,
  ...queryHandlers,
  ...serverHandlers,
  ...sessionHandlers,
  ...tableHandlers,
  ...transactionHandlers,
};

/** What one statement does, and whether that holds for other literals in the same places. */
export function describe(
  node: Node,
  database: string,
  source: string,
): { effects: StatementEffects; constantsMatter: boolean } {
  const draft = newDraft(database, source);
  describeInto(draft, node);
  return { effects: finish(draft), constantsMatter: draft.constantsMatter };
}

type AnyHandler = (statement: unknown, handling: Handling) => void;

/** A statement that no handler knows could do anything: it is unknown, and never a read. */
function describeInto(draft: Draft, node: Node): void {
  const { name, contents } = unwrap(node);
  const handler = (handlers as Readonly<Record<string, AnyHandler | undefined>>)[name];
  if (handler === undefined) {
    addOperation(draft, { kind: "unknown", tier: "destructive", verb: name });
    draft.escapesTransaction = true;
    return;
  }
  handler(contents, {
    draft,
    include: (inner) => describeInto(draft, inner),
    describe: (inner, source) => describe(inner, draft.database, source).effects,
  });
}
