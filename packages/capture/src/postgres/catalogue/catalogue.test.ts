import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../../../../../test/postgres/shared.ts";
import { classify, loadParser } from "../classify/classify.ts";
import type { ClassifiedStatement } from "../classify/statement.ts";
import { Catalogue } from "./catalogue.ts";

let database: Awaited<ReturnType<typeof createDatabase>>;
let client: Client;
let nowMs = 0;
let questions = 0;
let isDown = false;
const failures: unknown[] = [];
let catalogue: Catalogue;

beforeAll(async () => {
  await loadParser();
  database = await createDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query("create table t (id int primary key, name text)");
});
afterAll(async () => {
  await client.end();
  await database.drop();
});
beforeEach(async () => {
  await client.query("create or replace function f() returns int language sql as 'select 1'");
  questions = 0;
  isDown = false;
  failures.length = 0;
  catalogue = new Catalogue({
    database: database.name,
    monotonicMs: () => nowMs,
    onFailure: (error) => failures.push(error),
    query: async (text, values) => {
      questions += 1;
      if (isDown) throw new Error("the server is down");
      return (await client.query({ rowMode: "array", text, values: [...values] })).rows;
    },
  });
});

const statement = (sql: string) => classify(sql, { database: database.name })[0] as ClassifiedStatement;

async function refined(sql: string, isCertain = true): Promise<ClassifiedStatement> {
  const classified = statement(sql);
  await catalogue.prepare(classified, classified.text);
  return catalogue.refined(classified, isCertain);
}

const changes = () =>
  client.query(
    "create or replace function f() returns int language sql as 'delete from t where id = 1; select 1'",
  );
const read = { escapesTransaction: false, tier: "read", writes: false };
const write = { tier: "write", writes: true };

test("a function that changes nothing makes no write of the statement that calls it", async () => {
  expect(statement("select f()")).toMatchObject({ ...write, escapesTransaction: true });
  expect(await refined("select f()")).toMatchObject(read);
  await changes();
  catalogue.changed();
  expect(await refined("select f()")).toMatchObject({ ...write, escapesTransaction: false });
});

test("a statement that was seen before asks nothing, whatever its literals", async () => {
  const first = await refined("select id from t where id = 1");
  const asked = questions;
  expect(asked).toBeGreaterThan(0);
  const again = statement("select id from t where id = 1");
  expect(catalogue.prepare(again, again.text)).toBeUndefined();
  expect(catalogue.refined(again, true)).toBe(first);
  const other = statement("select id from t where id = 2");
  expect(catalogue.prepare(other, other.text)).toBeUndefined();
  expect(catalogue.refined(other, true).operations).toBe(first.operations);
  expect(statement("begin")).toBe(catalogue.refined(statement("begin"), true));
  expect(questions).toBe(asked);
});

test("after a while it is looked at again beside the statement, and after long before it", async () => {
  await refined("select f()");
  await changes();
  nowMs += 6_000;
  const classified = statement("select f()");
  expect(catalogue.prepare(classified)).toBeUndefined();
  expect(catalogue.refined(classified, true)).toMatchObject(read);
  await expect.poll(() => catalogue.refined(classified, true)).toMatchObject(write);
  await client.query("create or replace function f() returns int language sql as 'select 1'");
  nowMs += 31_000;
  const looked = catalogue.prepare(classified);
  expect(looked).toBeInstanceOf(Promise);
  await looked;
  expect(catalogue.refined(classified, true)).toMatchObject(read);
});

test("where something may be defined that cannot be seen yet, nothing is taken back", async () => {
  expect(await refined("select f()", false)).toMatchObject({ ...write, escapesTransaction: true });
});

test("a server that cannot be asked leaves calls unknown, and the rest as its text says; it is told once", async () => {
  isDown = true;
  expect(await refined("select f()")).toMatchObject({
    operations: [{ kind: "read" }, { kind: "unknown", tier: "destructive" }],
    tier: "destructive",
  });
  expect(await refined("update t set name = 'x' where id = 1")).toMatchObject(write);
  expect(failures).toHaveLength(1);
  isDown = false;
  nowMs += 2_000;
  const classified = statement("select f()");
  catalogue.prepare(classified);
  await expect.poll(() => catalogue.refined(classified, true)).toMatchObject(read);
});

test("while it is left alone nobody else asks, also who was waiting in line already", async () => {
  isDown = true;
  const waiting = ["select f()", "select f() + 1", "select f() from t", "delete from t"].map((sql) =>
    refined(sql),
  );
  expect((await Promise.all(waiting)).map(({ tier }) => tier)).toEqual(Array(4).fill("destructive"));
  expect(questions).toBe(1);
  isDown = false;
  nowMs += 1_000;
  expect(await refined("select 2 + f()")).toMatchObject(read);
});
