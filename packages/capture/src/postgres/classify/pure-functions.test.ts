import { Client } from "pg";
import { expect, test } from "vitest";
import { sharedPostgres } from "../../../../../test/postgres/shared.ts";
import {
  harmlessFunctions,
  isAdminFunction,
  notPure,
  sequenceFunctions,
  transactionalWriters,
} from "./function-lists.ts";
import { functionReach } from "./functions.ts";

async function column(sql: string): Promise<string[]> {
  const client = new Client({ connectionString: sharedPostgres().url() });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.map((row) => String(row[0]));
  } finally {
    await client.end();
  }
}

/** Nobody can call a function from SQL that takes or returns one of these. */
const callable = `pronamespace = 'pg_catalog'::regnamespace AND prokind <> 'p'
  AND NOT proargtypes::oid[] && ARRAY['internal', 'cstring']::regtype[]::oid[]
  AND prorettype <> ALL (ARRAY['internal', 'cstring', 'trigger', 'event_trigger']::regtype[]::oid[])`;

function render(version: string, names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length > 105) lines.push(`  ${name}`);
    else lines[lines.length - 1] = `${last} ${name}`;
  }
  return `/**
 * The functions of pg_catalog that only compute: every overload is IMMUTABLE or STABLE, and none is listed in
 * \`notPure\` (function-lists.ts).
 *
 * Made from the catalogue of PostgreSQL ${version} by pure-functions.test.ts, which also checks it; to make it anew,
 * run that test with \`vitest -u\`.
 */
export const pureFunctions: ReadonlySet<string> = new Set(
  \`
${lines.join("\n")}
\`
    .trim()
    .split(/\\s+/),
);
`;
}

test("the committed list is what the server's catalogue says", async (context) => {
  const [version = ""] = await column("SHOW server_version");
  const major = version.split(".")[0] ?? "";
  if (major !== "18") return context.skip(`the list is PostgreSQL 18's, the test server is ${version}`);
  const names = await column(
    `SELECT proname FROM pg_proc WHERE ${callable}
     GROUP BY proname HAVING bool_and(provolatile IN ('i', 's')) ORDER BY proname COLLATE "C"`,
  );
  const pure = names.filter((name) => !notPure.has(name) && !isAdminFunction(name));
  await expect(render(major, pure)).toMatchFileSnapshot("./pure-functions.ts");
});

test("what the lists by hand do not name is unknown, and every name that they do name exists", async (context) => {
  const [version = ""] = await column("SHOW server_version");
  if (!version.startsWith("18")) return context.skip(`the lists are PostgreSQL 18's, not ${version}'s`);
  const volatile = await column(
    `SELECT proname FROM pg_proc WHERE ${callable} AND provolatile = 'v'
     GROUP BY proname ORDER BY proname COLLATE "C"`,
  );
  const unknown = volatile.filter((name) => functionReach(undefined, name) === "unknown");
  expect(unknown).toEqual([
    "brin_desummarize_range",
    "brin_summarize_new_values",
    "brin_summarize_range",
    "gin_clean_pending_list",
    "plpgsql_call_handler",
    "plpgsql_validator",
  ]);
  const listed = [...harmlessFunctions, ...transactionalWriters, ...sequenceFunctions];
  expect(listed.filter((name) => !volatile.includes(name))).toEqual([]);
});
