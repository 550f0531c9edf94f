import type { AlterTableType, Node } from "libpg-query";
import { partsOfRelation, touchParts } from "../object-names.ts";
import { wordsOf } from "../object-types.ts";
import { as, type NodeOf } from "../tree.ts";
import { startAt, visit } from "../visitor.ts";
import { define } from "./define.ts";
import type { Handlers, Handling } from "./handler.ts";

/** Tables and what hangs on them. Tables that they refer to (INHERITS, LIKE, REFERENCES) are noted as read. */
export const tableHandlers: Handlers<
  | "CreateStmt"
  | "CreateForeignTableStmt"
  | "AlterTableStmt"
  | "IndexStmt"
  | "CreateSeqStmt"
  | "AlterSeqStmt"
  | "CreateStatsStmt"
  | "AlterStatsStmt"
  | "CreatePolicyStmt"
  | "AlterPolicyStmt"
  | "CreateTrigStmt"
  | "RuleStmt"
  | "ViewStmt"
> = {
  CreateStmt: (create, handling) => createTable(create, "CREATE TABLE", handling),
  CreateForeignTableStmt: ({ base }, handling) =>
    createTable(base ?? {}, "CREATE FOREIGN TABLE", handling, "admin"),

  /** Also ALTER INDEX, VIEW, SEQUENCE …: whatever has relation-like commands. */
  AlterTableStmt: ({ cmds, objtype, relation }, { draft }) => {
    const commands = (cmds ?? []).map((node) => as(node, "AlterTableCmd") ?? {});
    const losesData = commands.some(({ subtype }) => subtype !== undefined && destructive.has(subtype));
    // Its options say where the rows come from: another file, another program, another server.
    const isForeign = objtype === "OBJECT_FOREIGN_TABLE";
    const changesOwner = commands.some(({ subtype }) => subtype === "AT_ChangeOwner");
    const operation = define(draft, `ALTER ${wordsOf(objtype)}`, relation, {
      kind: changesOwner ? "grant" : "define",
      tier: changesOwner || isForeign ? "admin" : losesData ? "destructive" : "write",
    });
    // A partition that comes or goes changes with its table.
    for (const { def } of commands) {
      touchParts(draft, operation, partsOfRelation(as(def, "PartitionCmd")?.name ?? {}));
    }
    // Adding a column with a default, or a check, runs the expression on every row.
    visit(
      commands.map(({ def }) => (def !== undefined && "PartitionCmd" in def ? def.PartitionCmd.bound : def)),
      startAt(draft, operation),
    );
    if (commands.some(({ def }) => as(def, "PartitionCmd")?.concurrent === true)) {
      draft.escapesTransaction = true;
    }
  },

  IndexStmt: ({ concurrent, idxname, relation, ...rest }, { draft }) => {
    const operation = define(draft, "CREATE INDEX", relation);
    visit(rest, startAt(draft, operation));
    if (concurrent === true) draft.escapesTransaction = true;
  },

  CreateSeqStmt: ({ sequence }, { draft }) => void define(draft, "CREATE SEQUENCE", sequence),
  /** RESTART moves the sequence, but inside the transaction, unlike setval. */
  AlterSeqStmt: ({ sequence }, { draft }) => void define(draft, "ALTER SEQUENCE", sequence),

  CreateStatsStmt: ({ defnames, exprs, relations }, { draft }) => {
    const operation = define(draft, "CREATE STATISTICS", defnames);
    visit(relations, startAt(draft, operation, "store"));
    // ANALYZE runs the expressions.
    visit(exprs, startAt(draft, operation, "store"));
  },
  AlterStatsStmt: ({ defnames }, { draft }) => void define(draft, "ALTER STATISTICS", defnames),

  CreatePolicyStmt: ({ table, qual, with_check }, { draft }) => {
    const operation = define(draft, "CREATE POLICY", table);
    visit([qual, with_check], startAt(draft, operation, "store"));
  },
  AlterPolicyStmt: ({ table, qual, with_check }, { draft }) => {
    const operation = define(draft, "ALTER POLICY", table);
    visit([qual, with_check], startAt(draft, operation, "store"));
  },
  CreateTrigStmt: ({ relation, whenClause }, { draft }) => {
    const operation = define(draft, "CREATE TRIGGER", relation);
    visit(whenClause, startAt(draft, operation, "store"));
  },

  /** What the rule will do later is noted with its table: a rule about that table should see it. */
  RuleStmt: ({ actions, relation, whereClause }, { draft }) => {
    const operation = define(draft, "CREATE RULE", relation);
    visit([actions, whereClause], startAt(draft, operation, "store"));
  },
  ViewStmt: ({ query, view }, { draft }) => {
    const operation = define(draft, "CREATE VIEW", view);
    visit(query, startAt(draft, operation, "store"));
  },
};

/** Commands that drop a column's values, or rewrite them by an expression that may lose some. */
const destructive: ReadonlySet<AlterTableType> = new Set<AlterTableType>([
  "AT_DropColumn",
  "AT_AlterColumnType",
  "AT_SetExpression",
]);

function createTable(
  create: NodeOf<"CreateStmt">,
  verb: string,
  { draft }: Handling,
  tier: "write" | "admin" = "write",
): void {
  const operation = define(draft, verb, create.relation, { tier });
  // Defaults and checks are stored; the bounds of a partition are computed now.
  visit([create.tableElts, create.constraints], startAt(draft, operation, "store"));
  visit(create.partbound, startAt(draft, operation));
  for (const parent of create.inhRelations ?? []) noteParent(parent, draft, operation);
}

function noteParent(parent: Node, draft: Handling["draft"], operation: ReturnType<typeof define>): void {
  touchParts(draft, operation, partsOfRelation(as(parent, "RangeVar") ?? {}), "read");
}
