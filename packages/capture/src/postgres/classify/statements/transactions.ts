import { addOperation } from "../draft.ts";
import type { TransactionControl } from "../statement.ts";
import { as, type NodeOf } from "../tree.ts";
import type { Handlers } from "./handler.ts";

type TransactionStmt = NodeOf<"TransactionStmt">;

/** BEGIN, COMMIT and their kin change no data themselves; those of two-phase commit decide about another's. */
export const transactionHandlers: Handlers<"TransactionStmt"> = {
  TransactionStmt: (statement, { draft }) => {
    const { control, verb } = controlOf(statement);
    const decidesForOthers = control.kind === "commit-prepared" || control.kind === "rollback-prepared";
    addOperation(draft, {
      kind: "transaction",
      tier: decidesForOthers ? "write" : "read",
      verb: `TRANSACTION ${verb}`,
      writes: decidesForOthers || control.kind === "prepare-transaction",
    });
    if (decidesForOthers) draft.escapesTransaction = true;
    draft.optional.control = control;
  },
};

function controlOf(statement: TransactionStmt): { verb: string; control: TransactionControl } {
  const name = statement.savepoint_name ?? "";
  const gid = statement.gid ?? "";
  const chain = statement.chain === true;
  switch (statement.kind) {
    case "TRANS_STMT_COMMIT":
      return { verb: "COMMIT", control: { kind: "commit", chain } };
    case "TRANS_STMT_ROLLBACK":
      return { verb: "ROLLBACK", control: { kind: "rollback", chain } };
    case "TRANS_STMT_SAVEPOINT":
      return { verb: "SAVEPOINT", control: { kind: "savepoint", name } };
    case "TRANS_STMT_RELEASE":
      return { verb: "RELEASE", control: { kind: "release", name } };
    case "TRANS_STMT_ROLLBACK_TO":
      return { verb: "ROLLBACK TO", control: { kind: "rollback-to", name } };
    case "TRANS_STMT_PREPARE":
      return { verb: "PREPARE", control: { kind: "prepare-transaction", gid } };
    case "TRANS_STMT_COMMIT_PREPARED":
      return { verb: "COMMIT PREPARED", control: { kind: "commit-prepared", gid } };
    case "TRANS_STMT_ROLLBACK_PREPARED":
      return { verb: "ROLLBACK PREPARED", control: { kind: "rollback-prepared", gid } };
    default:
      return { verb: "BEGIN", control: { kind: "begin", ...accessMode(statement) } };
  }
}

/** `BEGIN READ ONLY` is a promise that a later SET TRANSACTION may take back; it is told, never relied on. */
function accessMode({ options }: TransactionStmt): { readOnly?: boolean } {
  for (const option of options ?? []) {
    const element = as(option, "DefElem");
    if (element?.defname !== "transaction_read_only") continue;
    return { readOnly: as(element.arg, "A_Const")?.ival?.ival === 1 };
  }
  return {};
}
