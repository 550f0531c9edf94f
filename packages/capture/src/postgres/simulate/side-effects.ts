import type { Dialogue } from "../dialogue.ts";
import type { SideEffect } from "./answer.ts";

/** By name. Only those that may be looked at; those of other sessions' temporary tables may not. */
export async function readSequences(client: Dialogue): Promise<ReadonlyMap<string, string>> {
  const rows = await client.rows(
    `SELECT n.nspname || '.' || c.relname, coalesce(CASE WHEN
       pg_catalog.has_sequence_privilege(c.oid, 'SELECT, USAGE')
       THEN pg_catalog.pg_sequence_last_value(c.oid) END::text, 'unused')
     FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT pg_catalog.pg_is_other_temp_schema(c.relnamespace)`,
  );
  return new Map(rows.map(([name, value]) => [name ?? "", value ?? ""]));
}

/** To be asked when all was rolled back, so that what is found is what is left. */
export async function readSideEffects(
  client: Dialogue,
  sequencesBefore: ReadonlyMap<string, string>,
  notifies: boolean,
): Promise<SideEffect[]> {
  const effects: SideEffect[] = [];
  for (const [name, after] of await readSequences(client)) {
    const before = sequencesBefore.get(name);
    if (before === undefined || before === after) continue;
    const text = `the sequence ${name} went from ${before} to ${after}, and stays there; others may have used it too`;
    effects.push({ kind: "sequence", text });
  }
  const [locks] = await client.rows(
    `SELECT count(*)::text FROM pg_catalog.pg_locks
     WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()`,
  );
  if (Number(locks?.[0]) > 0)
    effects.push({
      kind: "advisory-lock",
      text: `it takes ${locks?.[0]} advisory locks that last as long as its session; those of the simulation are released`,
    });
  if (notifies)
    effects.push({
      kind: "notification",
      text: "it may notify listeners (NOTIFY); those of the simulation were discarded",
    });
  return effects;
}
