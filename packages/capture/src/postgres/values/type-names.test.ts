import { Client } from "pg";
import { expect, test } from "vitest";
import { sharedPostgres } from "../../../../../test/postgres/shared.ts";
import { elementOf, typeName } from "./type-names.ts";

test("names and arrays are those of the server's catalogue", async () => {
  const client = new Client({ connectionString: sharedPostgres().url() });
  await client.connect();
  const { rows } = await client.query<{ oid: number; name: string; array: number }>(
    "SELECT oid::int, typname AS name, typarray::int AS array FROM pg_type WHERE oid < 10000",
  );
  await client.end();
  const known = rows.filter(({ oid }) => !typeName(oid).startsWith("oid:") && elementOf(oid) === undefined);
  expect(known.length).toBeGreaterThan(60);
  for (const { array, name, oid } of known) {
    expect(typeName(oid)).toBe(name);
    if (array !== 0) expect([typeName(array), elementOf(array)]).toEqual([`${name}[]`, oid]);
  }
});

test("no type, and a type that is not built in", () => {
  expect(typeName(0)).toBe("unknown");
  expect(typeName(123_456)).toBe("oid:123456");
});
