import type { Operation, TouchedObject } from "@custody/domain";
import type { StatementEffects } from "../../../packages/capture/src/postgres/classify/statement.ts";

/**
 * What a statement does, in one line a person can check, e.g. `write · delete DELETE(w t, r s)`.
 *
 * r, w, d = read, write, define; `!` = unbounded; the tier of an operation stands before it when it is not `read`.
 */
export function render(effects: StatementEffects): string {
  const flags = [
    effects.writes ? "writes" : "",
    effects.escapesTransaction ? "escapes" : "",
    effects.changesSession.length > 0 ? `sets ${effects.changesSession.join(" ")}` : "",
  ].filter((flag) => flag !== "");
  return [effects.verb, ...effects.operations.map(renderOperation), ...flags].join(" · ");
}

function renderOperation({ kind, objects, tier, unbounded, verb }: Operation): string {
  const names = objects.map(renderObject).join(", ");
  return `${tier === "read" ? "" : `${tier} `}${kind} ${verb}${unbounded === true ? "!" : ""}(${names})`;
}

function renderObject({ database, name, role, schema }: TouchedObject): string {
  const parts = [database === "shop" ? undefined : database, schema, name];
  return `${role[0]} ${parts.filter((part) => part !== undefined).join(".")}`;
}
