import type { Circumstances, Operation } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";

/** What decides what a statement means, and what it runs, beside its bytes. */
const SETTINGS = [
  "search_path",
  "session_replication_role",
  "row_security",
  "standard_conforming_strings",
  "client_encoding",
  "DateStyle",
  "IntervalStyle",
  "TimeZone",
  "transaction_isolation",
  "transaction_read_only",
] as const;

/** An agent that does not want to wait sets it to `fail`, as in `options=-c custody.on_hold=fail`. */
const ON_HOLD = "custody.on_hold";

/** A session's settings change nothing of the answer: all names are qualified. */
const settingsSql = `
SELECT current_user::pg_catalog.text, session_user::pg_catalog.text,
  pg_catalog.current_setting('${ON_HOLD}', true), ${SETTINGS.map((name) => `pg_catalog.current_setting('${name}')`).join(", ")}`;

/**
 * What is behind names: of tables and their like the object id and owner, of functions a digest of all that they are. A name
 * without a schema stands for everything of that name, but for the temporary things of other sessions, which it cannot reach.
 */
const objectsSql = `
SELECT DISTINCT found.text COLLATE pg_catalog."C" FROM pg_catalog.generate_subscripts($1::pg_catalog.text[], 1) AS i (at)
CROSS JOIN LATERAL (SELECT ($1::pg_catalog.text[])[i.at], ($2::pg_catalog.text[])[i.at]) AS named (space, name)
CROSS JOIN LATERAL (
  SELECT c.relkind::pg_catalog.text OPERATOR(pg_catalog.||) ' ' OPERATOR(pg_catalog.||) c.oid::pg_catalog.text
    OPERATOR(pg_catalog.||) ' ' OPERATOR(pg_catalog.||) c.relowner::pg_catalog.text
    OPERATOR(pg_catalog.||) ' ' OPERATOR(pg_catalog.||) n.nspname::pg_catalog.text
    OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) c.relname::pg_catalog.text AS text
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
  WHERE c.relname::pg_catalog.text OPERATOR(pg_catalog.=) named.name
    AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)
    AND (named.space OPERATOR(pg_catalog.=) '' OR n.nspname::pg_catalog.text OPERATOR(pg_catalog.=) named.space)
  UNION ALL
  SELECT 'function ' OPERATOR(pg_catalog.||) p.oid::pg_catalog.text OPERATOR(pg_catalog.||) ' '
    OPERATOR(pg_catalog.||) pg_catalog.md5(pg_catalog.to_jsonb(p)::pg_catalog.text)
    OPERATOR(pg_catalog.||) ' ' OPERATOR(pg_catalog.||) p.proname::pg_catalog.text
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
  WHERE p.proname::pg_catalog.text OPERATOR(pg_catalog.=) named.name
    AND (named.space OPERATOR(pg_catalog.=) '' OR n.nspname::pg_catalog.text OPERATOR(pg_catalog.=) named.space)
  UNION ALL
  SELECT 'schema ' OPERATOR(pg_catalog.||) n.oid::pg_catalog.text OPERATOR(pg_catalog.||) ' '
    OPERATOR(pg_catalog.||) n.nspname::pg_catalog.text
  FROM pg_catalog.pg_namespace n WHERE n.nspname::pg_catalog.text OPERATOR(pg_catalog.=) named.name
  UNION ALL
  SELECT 'database ' OPERATOR(pg_catalog.||) d.oid::pg_catalog.text OPERATOR(pg_catalog.||) ' '
    OPERATOR(pg_catalog.||) d.datname::pg_catalog.text
  FROM pg_catalog.pg_database d WHERE d.datname::pg_catalog.text OPERATOR(pg_catalog.=) named.name
) found ORDER BY 1`;

/** The circumstances of acts in their session, and whether whoever sent them waits for a human. */
export interface SessionCircumstances extends Circumstances {
  readonly waits: boolean;
}

/** Asks a session under which circumstances it would do something. @throws StatementFailure */
export async function readCircumstances(
  client: Dialogue,
  operations: readonly Operation[],
): Promise<Omit<SessionCircumstances, "around" | "runs">> {
  const [row = []] = await client.rows(settingsSql);
  const [role, sessionRole, onHold, ...values] = row;
  const named = operations.flatMap(({ objects }) => objects);
  const rows = await client.rows(objectsSql, [
    arrayText(named.map(({ schema }) => schema ?? "")),
    arrayText(named.map(({ name }) => name)),
  ]);
  return {
    objects: rows.map(([text]) => text ?? ""),
    role: role ?? "",
    sessionRole: sessionRole ?? "",
    settings: Object.fromEntries(SETTINGS.map((name, at) => [name, values[at] ?? ""])),
    waits: onHold !== "fail",
  };
}

/** An array as PostgreSQL reads it (section 8.15.2 of its documentation). */
function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
