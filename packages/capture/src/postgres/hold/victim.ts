import type { Decided, Simulation } from "@custody/domain";
import type { ConnectionContext } from "../context.ts";
import { readContents } from "../simulate/database-contents.ts";

/**
 * No transaction can hold DROP DATABASE, so nobody can try it; but what the database holds can be looked at, and that is what would
 * be lost.
 */
export async function withVictim(
  impact: Simulation,
  decided: readonly Decided[],
  { lookBeside, target }: ConnectionContext,
): Promise<Simulation> {
  const drop = decided
    .flatMap(({ action }) => action.operations)
    .find(({ verb }) => verb === "DROP DATABASE");
  const victim = drop?.objects[0]?.name;
  if (impact.outcome !== "not-simulatable" || victim === undefined || victim === target.database)
    return impact;
  const found = await lookBeside?.(victim, (client) => readContents(client, victim));
  if (found === undefined) return impact;
  if ("value" in found) return { ...impact, ...found.value };
  return { ...impact, notes: [`what ${victim} holds could not be found out: ${found.reason}`] };
}
