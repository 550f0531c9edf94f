import { Client } from "pg";
import { expect, test } from "vitest";
import { sharedPostgres } from "../../../../../test/postgres/shared.ts";
import { builtInOperators, isBuiltInOperator } from "./operators.ts";

test("the list has every operator of the server's catalogue, and on its own version no other", async () => {
  const client = new Client({ connectionString: sharedPostgres().url() });
  await client.connect();
  const { rows } = await client.query(
    "SELECT DISTINCT oprname AS name FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace",
  );
  const version = (await client.query("SHOW server_version")).rows[0].server_version as string;
  await client.end();
  const names = rows.map(({ name }) => name as string);
  expect(names.filter((name) => !builtInOperators.has(name))).toEqual([]);
  if (version.startsWith("18"))
    expect([...builtInOperators].filter((name) => !names.includes(name))).toEqual([]);
});

test("a schema makes an operator somebody's own, but for pg_catalog", () => {
  expect(isBuiltInOperator(undefined, "+")).toBe(true);
  expect(isBuiltInOperator("pg_catalog", "+")).toBe(true);
  expect(isBuiltInOperator("public", "+")).toBe(false);
  expect(isBuiltInOperator(undefined, "<=>")).toBe(false);
  expect(isBuiltInOperator(undefined, "BETWEEN SYMMETRIC")).toBe(true);
});
