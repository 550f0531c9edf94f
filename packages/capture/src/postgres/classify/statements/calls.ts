import type { Node } from "libpg-query";
import { addOperation, type Draft } from "../draft.ts";
import { functionReach } from "../functions.ts";
import { touchParts } from "../object-names.ts";
import { as, textOf } from "../tree.ts";
import { startAt, visit } from "../visitor.ts";
import type { Handlers } from "./handler.ts";

/** DO and CALL run code that may do anything, and commit while it runs. */
export const callHandlers: Handlers<"DoStmt" | "CallStmt"> = {
  DoStmt: ({ args }, { draft }) => {
    const tier = isTrusted(languageOf(args)) ? "write" : "admin";
    addOperation(draft, { kind: "call", tier, verb: "DO" });
    draft.escapesTransaction = true;
  },

  CallStmt: ({ funccall }, { draft }) => {
    const parts = (funccall?.funcname ?? []).map((node) => textOf(node) ?? "");
    const reach = functionReach(parts.at(-2), parts.at(-1) ?? "");
    const tier = reach === "admin" ? "admin" : "write";
    touchParts(draft, addOperation(draft, { kind: "call", tier, verb: "CALL" }), parts, "read");
    noteCall(draft, parts);
    // A subquery among the arguments reads for itself: the operation of a call names the procedure only.
    visit(funccall?.args, startAt(draft));
  },
};

function noteCall(draft: Draft, parts: readonly string[]): void {
  draft.functions.add(parts.join("."));
  draft.escapesTransaction = true;
}

/** The language that `LANGUAGE …` names among the options of DO and CREATE FUNCTION, in lower case. */
export function languageOf(options: readonly Node[] | undefined): string | undefined {
  for (const option of options ?? []) {
    const element = as(option, "DefElem");
    if (element?.defname === "language") return textOf(element.arg)?.toLowerCase();
  }
  return undefined;
}

/**
 * Untrusted languages reach the server's machine. By PostgreSQL's own custom their names end in `u`; `c` and
 * `internal` load machine code. A language that we have not heard of is not trusted either.
 */
export function isTrusted(language: string | undefined): boolean {
  return language === undefined || /^(sql|plpgsql|plperl|plpython|pltcl|plv8|plrust|pllua)$/.test(language);
}
