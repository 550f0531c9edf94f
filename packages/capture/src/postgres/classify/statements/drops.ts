import type { Tier } from "@custody/domain";
import { partsOfHolder, touchParts } from "../object-names.ts";
import { belongsToServer, holdsData, wordsOf } from "../object-types.ts";
import { as, type NodeOf } from "../tree.ts";
import { define } from "./define.ts";
import type { Handlers } from "./handler.ts";

/**
 * DROP, of all kinds of objects. It destroys what holds data, and with CASCADE nobody can say from the text what
 * else; a lone index or view can be made again.
 */
export const dropHandlers: Handlers<"DropStmt" | "DropOwnedStmt"> = {
  DropStmt: (drop, { draft }) => {
    const { concurrent, objects, removeType } = drop;
    const verb = `DROP ${wordsOf(removeType)}`;
    const operation = define(draft, verb, undefined, { tier: tierOf(drop), unbounded: true });
    for (const object of objects ?? []) touchParts(draft, operation, partsOfHolder(object, removeType));
    if (concurrent === true) draft.escapesTransaction = true;
  },

  DropOwnedStmt: ({ roles }, { draft }) => {
    const operation = define(draft, "DROP OWNED", undefined, { tier: "admin", unbounded: true });
    for (const role of roles ?? []) {
      const name = as(role, "RoleSpec")?.rolename;
      if (name !== undefined) touchParts(draft, operation, [name]);
    }
  },
};

function tierOf({ behavior, removeType }: NodeOf<"DropStmt">): Tier {
  if (removeType === undefined || belongsToServer.has(removeType)) return "admin";
  return holdsData.has(removeType) || behavior === "DROP_CASCADE" ? "destructive" : "write";
}
