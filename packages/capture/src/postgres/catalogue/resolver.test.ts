import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "../../../../../test/postgres/shared.ts";
import { classify, loadParser } from "../classify/classify.ts";
import type { CatalogueQuery } from "./ask-catalogue.ts";
import { FactStore } from "./fact-store.ts";
import { Resolver } from "./resolver.ts";

let database: Awaited<ReturnType<typeof createDatabase>>;
let client: Client;

const SCHEMA = `
  create extension if not exists hstore;
  create table parent (id int primary key, name text);
  create table child (id serial primary key, parent int references parent on delete cascade on update cascade);
  create table grandchild (id int, child int references child on delete set null);
  create table kept (id int, parent int references parent);
  create table audit (at timestamptz, what text);
  create table audited (id int primary key, name text);
  create function note() returns trigger language plpgsql as
    $$ begin insert into audit values (now(), tg_op); return new; end $$;
  create trigger note after insert or update on audited for each row execute function note();
  create table open_audited (id int);
  create function open_note() returns trigger language plpgsql as
    $$ begin execute format('insert into audit values (now(), %L)', tg_op); return new; end $$;
  create trigger note before insert on open_audited for each row execute function open_note();
  create function sneaky() returns int language plpgsql as
    $$ declare n int; begin delete from child where id < 3; get diagnostics n = row_count; return n; end $$;
  create function nested() returns int language sql as $$ select sneaky() $$;
  create function dynamic(t text) returns void language plpgsql as $$ begin execute 'drop table ' || t; end $$;
  create function pure(a int) returns int immutable language sql as $$ select a + 1 $$;
  create function atomic(a int) returns int return a + 1;
  create function reads() returns bigint stable language plpgsql as
    $$ declare n bigint; begin select count(*) into n from parent; return n; end $$;
  create function counts() returns bigint language plpgsql as $$ begin return nextval('child_id_seq'); end $$;
  create function overloaded(a int) returns int immutable language sql as $$ select a $$;
  create function overloaded(a text) returns int language plpgsql as $$ begin delete from parent; return 1; end $$;
  create function loops(n int) returns int language plpgsql as $$ begin return loops(n - 1); end $$;
  create procedure commits() language plpgsql as $$ begin insert into audit values (now(), 'c'); commit; end $$;
  create view peeks as select *, sneaky() from parent;
  create view plain as select id, name from parent where id > 1;
  create view deep as select * from plain;
  create table ruled (id int);
  create rule also as on insert to ruled do also delete from kept where id = new.id;
  create schema other;
  create function other.lower(text) returns text language plpgsql as $$ begin delete from kept; return $1; end $$;
  create function eq(parent, int) returns boolean language plpgsql as $$ begin delete from kept; return true; end $$;
  create operator === (leftarg = parent, rightarg = int, function = eq);
  create table partitioned (id int) partition by range (id);
  create table part_1 partition of partitioned for values from (0) to (100);
  create trigger note after insert on part_1 for each row execute function note();
  create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0');
  create function drain(int, int) returns int language plpgsql as $$ begin delete from kept; return 1; end $$;
  create aggregate drains(int) (sfunc = drain, stype = int, initcond = '0');
  create table guarded (id int);
  alter table guarded enable row level security;
  create policy p on guarded using (sneaky() > 0);
  create table defaulted (id int default sneaky(), other int);
`;

beforeAll(async () => {
  await loadParser();
  database = await createDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(SCHEMA);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const query: CatalogueQuery = async (text, values) =>
  (await client.query({ rowMode: "array", text, values: [...values] })).rows;

/** What is written, and by what; each as `VERB name`. */
async function resolved(sql: string) {
  const resolver = new Resolver(new FactStore(query), database.name);
  const [statement] = classify(sql, { database: database.name });
  if (statement === undefined) throw new Error("no statement");
  const found = await resolver.resolve({ effects: statement, text: statement.text });
  const operations = found.operations.filter(({ tier }) => tier !== "read");
  return {
    escapes: found.escapesTransaction,
    open: found.operations.some(({ kind }) => kind === "unknown"),
    does: operations.map(
      ({ objects, verb, via }) =>
        `${verb} ${objects.map(({ name }) => name).join(" ")}${via === undefined ? "" : ` by ${via}`}`,
    ),
  };
}

const known = { escapes: false, open: false };

const sneaked = ["DELETE child by function", "UPDATE grandchild by function"];

test.each([
  ["a read of a plain table", "select * from parent", []],
  ["functions that change nothing", "select pure(1), atomic(2), reads(), total(id) from parent", []],
  [
    "functions and operators of an extension",
    "select hstore('a', 'b') -> 'a' @> 'b', akeys('a=>1') from parent",
    [],
  ],
  ["an operator of an extension that PostgreSQL has not", "select 'a=>1'::hstore #= 'b=>2'", []],
  ["a function that deletes", "select sneaky()", ["FUNCTION sneaky", ...sneaked]],
  [
    "a function that calls one",
    "select nested()",
    ["FUNCTION nested", "FUNCTION sneaky by function", ...sneaked],
  ],
  [
    "the worst of its overloads",
    "select overloaded(1)",
    ["FUNCTION overloaded", "DELETE parent by function", ...sneaked],
  ],
  [
    "a cascade, and what follows it",
    "delete from parent where id = 1",
    ["DELETE parent", "DELETE child by cascade", "UPDATE grandchild by cascade"],
  ],
  ["an update of another column", "update parent set name = 'x' where id = 1", ["UPDATE parent"]],
  [
    "an update of the key",
    "update parent set id = 2 where id = 1",
    ["UPDATE parent", "UPDATE child by cascade"],
  ],
  [
    "a trigger's function",
    "insert into audited values (1)",
    ["INSERT audited", "TRIGGER note", "INSERT audit by trigger"],
  ],
  ["no trigger for another event", "delete from audited", ["DELETE audited"]],
  ["a view that calls a function", "select * from peeks", ["FUNCTION sneaky", ...sneaked]],
  ["a policy that calls a function", "select * from guarded", ["FUNCTION sneaky", ...sneaked]],
  [
    "a default that calls a function",
    "insert into defaulted (other) values (1)",
    ["INSERT defaulted", "FUNCTION sneaky", ...sneaked],
  ],
  [
    "a view that is written",
    "update deep set name = 'x'",
    ["UPDATE deep", "UPDATE plain by view", "UPDATE parent by view"],
  ],
  ["a rule", "insert into ruled values (1)", ["INSERT ruled", "DELETE kept by rule"]],
  [
    "a function that shadows PostgreSQL's",
    "select lower('X')",
    ["FUNCTION lower", "DELETE kept by function"],
  ],
  ["an operator", "select * from parent p where p === 1", ["FUNCTION eq", "DELETE kept by function"]],
  [
    "a trigger of a partition",
    "insert into partitioned values (1)",
    ["INSERT partitioned", "INSERT part_1 by partition", "TRIGGER note", "INSERT audit by trigger"],
  ],
  [
    "an aggregate that deletes",
    "select drains(id) from parent",
    ["FUNCTION drains", "FUNCTION drain by function", "DELETE kept by function"],
  ],
  [
    "TRUNCATE with what refers to it",
    "truncate parent cascade",
    [
      "TRUNCATE parent",
      "TRUNCATE child by cascade",
      "TRUNCATE grandchild by cascade",
      "TRUNCATE kept by cascade",
    ],
  ],
])("%s", async (_, sql, does) => {
  const found = await resolved(sql);
  expect({ ...found, does: found.does.sort() }).toEqual({ ...known, does: [...does].sort() });
});

test.each([
  ["a function that puts its statement together", "select dynamic('parent')"],
  ["a block that does", "do $$ begin execute 'drop table parent'; end $$"],
  ["a block in a language that nobody reads here", "do language plperl 'x'"],
])("%s could do anything", async (_, sql) => {
  expect(await resolved(sql)).toMatchObject({ open: true });
});

test("a trigger that puts its statement together is its table's affair, and no destructive act", async () => {
  expect(await resolved("insert into open_audited values (1)")).toMatchObject({
    does: ["INSERT open_audited", "TRIGGER open_note"],
    open: false,
  });
});

test("what ROLLBACK does not take back is told", async () => {
  expect(await resolved("call commits()")).toMatchObject({ escapes: true });
  expect(await resolved("select counts()")).toMatchObject({ escapes: true, open: false });
});

test("a function that calls itself comes to an end", async () => {
  expect(await resolved("select loops(3)")).toEqual({ ...known, does: [] });
});

test("a long chain of tables is followed to its end, and is nothing that escapes", async () => {
  const chain = Array.from({ length: 40 }, (_, at) => `chain_${at}`);
  for (const [at, name] of chain.entries())
    await client.query(
      `CREATE TABLE ${name} (id int PRIMARY KEY${at === 0 ? "" : `, above int REFERENCES chain_${at - 1}`})`,
    );
  const does = chain.map((name, at) => `TRUNCATE ${name}${at === 0 ? "" : " by cascade"}`);
  const found = await resolved("truncate chain_0 cascade");
  expect({ ...found, does: found.does.sort() }).toEqual({ ...known, does: does.sort() });
});

test("a name that stands for one thing gets its schema from the catalogue", async () => {
  const resolver = new Resolver(new FactStore(query), database.name);
  const [statement] = classify("select * from plain", { database: database.name });
  const found = await resolver.resolve({ effects: statement as never, text: "select * from plain" });
  expect(found.operations.flatMap(({ objects }) => objects)).toMatchObject([
    { name: "plain", resolved: "catalog", role: "read", schema: "public" },
    { name: "parent", resolved: "catalog", role: "read", schema: "public" },
  ]);
});
