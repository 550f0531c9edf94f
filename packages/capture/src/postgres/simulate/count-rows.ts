import type { Dialogue } from "../dialogue.ts";
import { withoutSessionNumber } from "../temporary-schema.ts";
import { attempt } from "./attempt.ts";
import type { CatalogueObject } from "./catalogue.ts";

/** Of a table alone, without those below it; null, and a note, when they cannot be counted. */
export async function countRows(
  client: Dialogue,
  table: { readonly id: string; readonly object: CatalogueObject },
  notes: string[],
): Promise<number | null> {
  const counted = await attempt(client, async () => {
    const [named] = await client.rows(
      `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
         pg_catalog.row_security_active(c.oid)::text
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid`,
      [table.id],
    );
    if (named?.[1] === "true") return null;
    const [row] = await client.rows(`SELECT count(*)::text FROM ONLY ${named?.[0]}`);
    return Number(row?.[0]);
  });
  const rows = "value" in counted ? counted.value : null;
  const why = "reason" in counted ? counted.reason : "row-level security hides some from this role";
  if (rows === null) notes.push(`the rows of ${nameOf(table.object)} could not be counted: ${why}`);
  return rows;
}

function nameOf({ name, schema }: CatalogueObject): string {
  return `${withoutSessionNumber(schema ?? "")}.${name}`;
}
