import { addOperation } from "../draft.ts";
import { startAt, visit } from "../visitor.ts";
import type { Handlers } from "./handler.ts";

/** src/include/nodes/parsenodes.h */
const CURSOR_OPT_HOLD = 0x20;

/**
 * DECLARE plans a query that FETCH runs, bit by bit: `cursor.query` says what the fetching will do.
 *
 * DECLARE already counts as doing it: what it may fetch is all that anybody will be asked about.
 */
export const cursorHandlers: Handlers<"DeclareCursorStmt" | "FetchStmt" | "ClosePortalStmt"> = {
  DeclareCursorStmt: ({ options = 0, portalname, query }, { draft, describe }) => {
    const operation = addOperation(draft, { kind: "read", tier: "read", verb: "DECLARE CURSOR" });
    visit(query, startAt(draft, operation));
    draft.optional.cursor = {
      kind: "declare",
      name: portalname ?? "",
      ...((options & CURSOR_OPT_HOLD) !== 0 && { isHeld: true as const }),
      ...(query === undefined ? {} : { query: describe(query, draft.source) }),
    };
  },

  FetchStmt: ({ ismove, portalname }, { draft }) => {
    const kind = ismove === true ? "move" : "fetch";
    addOperation(draft, { kind: "read", tier: "read", verb: kind.toUpperCase() });
    draft.optional.cursor = { kind, name: portalname ?? "" };
  },

  ClosePortalStmt: ({ portalname }, { draft }) => {
    addOperation(draft, { kind: "transaction", tier: "read", verb: "CLOSE" });
    draft.optional.cursor = { kind: "close", name: portalname };
  },
};
