import type { Node, NotifyStmt } from "libpg-query";
import { addOperation, type Draft } from "../draft.ts";
import { partsOf, touchParts } from "../object-names.ts";
import { changeSetting } from "../settings.ts";
import { as, type NodeOf } from "../tree.ts";
import type { Handlers } from "./handler.ts";

/**
 * What changes nothing but the session itself: of kind `transaction`, tier `read`.
 *
 * DISCARD TEMP drops tables with their rows. So does DISCARD ALL, but that is what poolers send to make a connection
 * as good as new: it does no more than ending the connection would, which nobody is asked about either.
 */
export const sessionHandlers: Handlers<
  | "VariableSetStmt"
  | "VariableShowStmt"
  | "ConstraintsSetStmt"
  | "DiscardStmt"
  | "ListenStmt"
  | "UnlistenStmt"
  | "NotifyStmt"
  | "LockStmt"
> = {
  VariableSetStmt: (set, { draft }) => {
    addOperation(draft, { ...session, verb: isReset(set) ? "RESET" : "SET" });
    noteSettings(set, draft);
  },
  VariableShowStmt: (_show, { draft }) =>
    void addOperation(draft, { kind: "read", tier: "read", verb: "SHOW" }),
  /** What was put off until the end of the transaction happens now: triggers run, and may write. */
  ConstraintsSetStmt: ({ deferred }, { draft }) => {
    const effect = deferred === true ? session : ({ kind: "call", tier: "write" } as const);
    addOperation(draft, { ...effect, verb: "SET CONSTRAINTS" });
  },
  DiscardStmt: ({ target }, { draft }) => {
    const kind = discarded[target ?? "DISCARD_ALL"];
    const effect = kind === "temp" ? ({ kind: "define", tier: "write" } as const) : session;
    addOperation(draft, { ...effect, verb: `DISCARD ${kind.toUpperCase()}` });
    if (kind === "all") draft.changesSession.add("all");
    draft.optional.discards = kind;
  },
  ListenStmt: (_listen, { draft }) => void addOperation(draft, { ...session, verb: "LISTEN" }),
  UnlistenStmt: (_unlisten, { draft }) => void addOperation(draft, { ...session, verb: "UNLISTEN" }),
  /** Others hear it, once the transaction commits. */
  NotifyStmt: (_notify: NotifyStmt, { draft }) =>
    void addOperation(draft, { kind: "call", tier: "write", verb: "NOTIFY" }),
  LockStmt: ({ relations }, { draft }) => {
    const operation = addOperation(draft, { ...session, verb: "LOCK" });
    for (const relation of relations ?? []) touchParts(draft, operation, partsOf(relation), "read");
  },
};

const session = { kind: "transaction", tier: "read" } as const;

const discarded = {
  DISCARD_ALL: "all",
  DISCARD_PLANS: "plans",
  DISCARD_SEQUENCES: "sequences",
  DISCARD_TEMP: "temp",
} as const;

/** Back to the value that the session began with. */
function isReset({ kind }: NodeOf<"VariableSetStmt">): boolean {
  return kind === "VAR_RESET" || kind === "VAR_RESET_ALL";
}

function noteSettings(set: NodeOf<"VariableSetStmt">, draft: Draft): void {
  const name = set.name?.toLowerCase();
  if (set.kind === "VAR_SET_MULTI") {
    for (const setting of transactionSettings(name, set.args ?? [])) draft.changesSession.add(setting);
  } else if (set.kind === "VAR_SET_VALUE" && name !== undefined) {
    changeSetting(draft, name, (set.args ?? []).map(settingOf).join(","));
  } else {
    draft.changesSession.add(name ?? "all");
  }
}

/** SET TRANSACTION and SET SESSION CHARACTERISTICS name several settings at once. */
function transactionSettings(name: string | undefined, args: readonly Node[]): string[] {
  const prefix = name === "session characteristics" ? "default_" : "";
  return args.map((node) => `${prefix}${as(node, "DefElem")?.defname ?? "transaction_snapshot"}`);
}

function settingOf(node: Node): string {
  const constant = as(node, "A_Const");
  if (constant?.ival !== undefined) return String(constant.ival.ival ?? 0);
  return constant?.sval?.sval ?? constant?.fval?.fval ?? "";
}
