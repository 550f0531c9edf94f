import type { Decided, Simulation } from "@custody/domain";
import type { ConnectionContext } from "../context.ts";

/**
 * No transaction can hold DROP DATABASE, so nobody can try it; but what the database holds can be looked at, and that is what would
 * be lost.
 */
export async function withVictim(
  impact: Simulation,
  decided: readonly Decided[],
  { lookInto, target }: ConnectionContext,
): Promise<Simulation> {
  const drop = decided
    .flatMap(({ action }) => action.operations)
    .find(({ verb }) => verb === "DROP DATABASE");
  const victim = drop?.objects[0]?.name;
  if (impact.outcome !== "not-simulatable" || victim === undefined || victim === target.database)
    return impact;
  return { ...impact, ...(await lookInto?.(victim)) };
}
