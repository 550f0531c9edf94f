import { expect, test } from "vitest";
import { useProxy } from "../capture/fixture.ts";
import { bind, execute, parse, query, sync } from "../capture/wire-client.ts";

/** Few bytes from a client must not become gigabytes of records. */
const proxied = useProxy("CREATE TABLE t (id int)");

test("a string of sixty thousand statements ends its connection, and nothing of it is forwarded", async () => {
  const client = await proxied.connect();
  await client.run(query(`INSERT INTO t VALUES (1);${"END;".repeat(60_000)}`));
  expect(client.isClosed).toBe(true);
  expect(await proxied.truth("SELECT count(*) FROM t")).toEqual([["0"]]);
});

test("a long statement executed a thousand times in one segment ends its connection before it runs once", async () => {
  const client = await proxied.connect();
  await client.run(parse("p", `INSERT INTO t SELECT 1 -- ${"x".repeat(200_000)}`), sync);
  const pairs = Array.from({ length: 1000 }, () => [bind("", "p"), execute("")]).flat();
  await client.run(...pairs, sync);
  expect(client.isClosed).toBe(true);
  expect(await proxied.truth("SELECT count(*) FROM t")).toEqual([["0"]]);
});

test("five thousand short statements in one segment go through", async () => {
  const client = await proxied.connect();
  await client.run(parse("p", "INSERT INTO t VALUES (1)"), sync);
  const pairs = Array.from({ length: 5000 }, () => [bind("", "p"), execute("")]).flat();
  await client.run(...pairs, sync);
  expect(await proxied.truth("SELECT count(*) FROM t")).toEqual([["5000"]]);
});
