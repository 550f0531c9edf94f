import type { FrontendMessage } from "@custody/wire/postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { denying, touches } from "./proxied-database.ts";
import { outcomes } from "./well-formed.ts";
import { bind, close, execute, flush, parse, query, sync, unnamed } from "./wire-client.ts";

/**
 * A name means what the server thinks that it means. Each script tries to make the proxy think otherwise: to have
 * one statement decided and recorded, and another one run.
 */
const proxied = useProxy("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE secret (id int)");

beforeEach(async () => {
  await proxied.truth("TRUNCATE t, secret");
  await proxied.truth("INSERT INTO t SELECT generate_series(1, 3); INSERT INTO secret VALUES (1)");
});

interface Case {
  readonly name: string;
  readonly script: readonly (readonly FrontendMessage[])[];
  /** What the records say was run, or tried. */
  readonly outcomes: readonly string[];
}

const erase = "DELETE FROM t";
const look = "SELECT 1";
const looked = "SELECT 1 · completed · ok · committed · returned 1";
const erased = "DELETE FROM t · completed · ok · committed · affected 3";

const cases: Case[] = [
  {
    name: "a duplicate Parse fails and keeps the old statement",
    script: [
      [parse("p", erase), sync],
      [parse("p", look), sync],
      [bind("", "p"), execute(""), sync],
    ],
    outcomes: [erased],
  },
  {
    name: "a duplicate Parse fails and keeps the old statement, without waiting",
    script: [
      [parse("p", erase), sync],
      [parse("p", look), sync, bind("", "p"), execute(""), sync],
    ],
    outcomes: [erased],
  },
  {
    name: "a duplicate Parse of which nothing is confirmed yet",
    script: [[parse("p", erase), sync, parse("p", look), sync, bind("", "p"), execute(""), sync]],
    outcomes: [erased],
  },
  {
    name: "an unnamed Parse that the server skips keeps the old one",
    script: [
      [parse("", erase), sync],
      [...[parse("x", "SELECT 1/0"), bind("", "x"), execute("")], parse("", look), sync],
      [bind("", ""), execute(""), sync],
    ],
    outcomes: ["SELECT 1/0 · failed · error · rolled-back", erased],
  },
  {
    name: "an unnamed Parse that the server skips keeps the old one, without waiting",
    script: [
      [parse("", erase), sync],
      [
        ...[parse("x", "SELECT 1/0"), bind("", "x"), execute("")],
        ...[parse("", look), sync],
        ...[bind("", ""), execute(""), sync],
      ],
    ],
    outcomes: ["SELECT 1/0 · failed · error · rolled-back", erased],
  },
  {
    name: "an unnamed Parse that fails drops the old one",
    script: [
      [parse("", erase), sync],
      [parse("", "TABLE missing"), sync],
      [bind("", ""), execute(""), sync],
    ],
    outcomes: ["denied"],
  },
  {
    name: "DEALLOCATE ALL keeps the unnamed statement",
    script: [
      [parse("", erase), parse("d", "DEALLOCATE ALL"), bind("", "d"), execute(""), sync],
      [bind("", ""), execute(""), sync],
    ],
    outcomes: ["DEALLOCATE ALL · completed · ok · committed", erased],
  },
  {
    name: "a statement of the wire run by SQL EXECUTE",
    script: [[parse("p", erase), sync], [query("EXECUTE p")]],
    outcomes: ["EXECUTE p · completed · ok · committed · affected 3"],
  },
  {
    name: "a statement of SQL run over the wire",
    script: [[query(`PREPARE p AS ${erase}`)], [bind("", "p"), execute(""), sync]],
    outcomes: [`PREPARE p AS ${erase} · completed · ok · committed`, erased],
  },
  {
    name: "PREPARE and EXECUTE in one string, and DEALLOCATE",
    script: [[query(`PREPARE p AS ${look}; EXECUTE p; DEALLOCATE p; PREPARE p AS ${erase}; EXECUTE p`)]],
    outcomes: [
      `PREPARE p AS ${look} · completed · ok · committed`,
      "EXECUTE p · completed · ok · committed · returned 1",
      "DEALLOCATE p · completed · ok · committed",
      `PREPARE p AS ${erase} · completed · ok · committed`,
      "EXECUTE p · completed · ok · committed · affected 3",
    ],
  },
  {
    name: "a PREPARE that fails keeps the old statement, without waiting",
    script: [[query(`PREPARE p AS ${erase}`)], [query(`PREPARE p AS ${look}`), query("EXECUTE p")]],
    outcomes: [
      `PREPARE p AS ${erase} · completed · ok · committed`,
      `PREPARE p AS ${look} · failed · error · rolled-back`,
      "EXECUTE p · completed · ok · committed · affected 3",
    ],
  },
  {
    name: "a Close that the server skips keeps the statement",
    script: [
      [parse("p", erase), sync],
      [...unnamed("SELECT 1/0"), close("statement", "p"), sync, bind("", "p"), execute(""), sync],
    ],
    outcomes: ["SELECT 1/0 · failed · error · rolled-back", erased],
  },
  {
    name: "after Close and DISCARD ALL a name is free for another statement",
    script: [
      [parse("p", erase), close("statement", "p"), parse("p", look), bind("", "p"), execute(""), sync],
      [query("DISCARD ALL")],
      [parse("p", erase), bind("", "p"), execute(""), sync],
    ],
    outcomes: [looked, "DISCARD ALL · completed · ok · committed", erased],
  },
  {
    name: "after DEALLOCATE ALL a name is not known to anybody",
    script: [[parse("p", erase), sync], [query("DEALLOCATE ALL")], [bind("", "p"), execute(""), sync]],
    outcomes: ["DEALLOCATE ALL · completed · ok · committed", "denied"],
  },
  {
    name: "a portal of the wire run by SQL FETCH",
    script: [
      [query("BEGIN")],
      [parse("", "DELETE FROM t RETURNING id"), bind("p", ""), sync],
      [query("FETCH ALL FROM p")],
      [query("COMMIT")],
    ],
    outcomes: [
      "BEGIN · completed · ok · open",
      "FETCH ALL FROM p · completed · ok · committed · returned 3",
      "COMMIT · completed · ok · committed",
    ],
  },
  {
    name: "a cursor of SQL run by Execute",
    script: [
      [query("BEGIN; DECLARE c CURSOR FOR TABLE t")],
      [execute("c", 2), execute("c"), sync],
      [query("COMMIT")],
    ],
    outcomes: [
      "BEGIN · completed · ok · open",
      "DECLARE c CURSOR FOR TABLE t · completed · ok · open",
      "FETCH FROM c · completed · ok · committed · returned 2",
      "FETCH FROM c · completed · ok · open · returned 1",
      "COMMIT · completed · ok · committed",
    ],
  },
  {
    name: "a portal that does not exist, and a statement that does not exist",
    script: [
      [execute("nobody"), sync],
      [bind("", "nobody"), execute(""), sync],
      [...unnamed(look), sync],
    ],
    outcomes: ["denied", "denied", looked],
  },
];

const changes: Readonly<Record<string, number>> = { true: 0, false: 3 };

describe("a name means what the server thinks that it means", () => {
  test.each(cases)("$name", async ({ script, outcomes: expected }) => {
    const client = await proxied.connect();
    for (const messages of script) await client.run(...messages);
    await client.close();
    await proxied.settled();
    expect(outcomes(proxied.recorder)).toEqual(expected);
    const isErased = expected.some((line) => line.endsWith("affected 3") || line.endsWith("returned 3"));
    expect(await proxied.truth("SELECT count(*)::int FROM t")).toEqual([[changes[`${isErased}`]]]);
  });

  test.each(cases)("a rule about the table is never evaded: $name", async ({ script }) => {
    const { connect } = await proxied.another({
      decider: denying(({ operations }) =>
        operations.some(({ kind, objects }) => kind === "delete" && objects.some(({ name }) => name === "t")),
      ),
    });
    const client = await connect();
    for (const messages of script) await client.run(...messages);
    await client.close();
    expect(await proxied.truth("SELECT count(*)::int FROM t")).toEqual([[3]]);
  });

  test.each(cases)("the client sees what it would see without a proxy: $name", async ({ script }) => {
    const seen: string[][] = [];
    for (const connect of [proxied.connectDirectly, proxied.connect]) {
      await proxied.truth("TRUNCATE t; INSERT INTO t SELECT generate_series(1, 3)");
      const client = await connect();
      const lines: string[] = [];
      for (const messages of script) lines.push(...(await client.run(...messages)));
      seen.push(lines);
    }
    expect(seen[1]).toEqual(seen[0]);
  });
});

describe("names that only the server knows", () => {
  test("a statement that code of the server prepared is not run over the wire", async () => {
    const client = await proxied.connect();
    await client.query("DO $$ BEGIN EXECUTE 'PREPARE hidden AS DELETE FROM secret'; END $$");
    const answers = await client.run(bind("", "hidden"), execute(""), sync);
    expect(answers).toEqual(['error ERROR 26000 prepared statement "hidden" does not exist', "ready idle"]);
    expect(await proxied.truth("SELECT count(*)::int FROM secret")).toEqual([[1]]);
  });

  test.each([
    ["BEGIN", "INSERT INTO t VALUES (9)"],
    ["ROLLBACK", "INSERT INTO t VALUES (9)"],
    ["COMMIT", "SELECT 1/0"],
  ])("EXECUTE of %s is refused: the server carries it out behind what follows", async (control, next) => {
    const client = await proxied.connect();
    await client.run(parse("p", control), sync);
    expect(await client.query(`EXECUTE p; ${next}`)).toEqual([
      expect.stringMatching(/^error ERROR 0A000 .*EXECUTE may not begin or end a transaction/),
      "ready idle",
    ]);
    expect(await client.run(...unnamed("EXECUTE p"), sync)).toContain("ready idle");
    expect(await proxied.truth("SELECT count(*)::int FROM t")).toEqual([[3]]);
  });

  test("a cursor is still found when a Bind to its name has failed, without waiting", async () => {
    const client = await proxied.connect();
    await client.query("BEGIN; DECLARE c CURSOR FOR SELECT 5");
    const answers = await client.run(
      query("SAVEPOINT s"),
      bind("c", "nobody"),
      sync,
      query("ROLLBACK TO s"),
      execute("c"),
      sync,
    );
    expect(answers).toContain("row 5");
  });

  test("a cursor is what runs when a Bind to its name fails, without waiting", async () => {
    const client = await proxied.connect();
    await client.query("DECLARE c CURSOR WITH HOLD FOR TABLE secret");
    proxied.recorder.clear();
    const answers = await client.run(parse("", look), bind("c", ""), sync, execute("c"), sync);
    expect(answers).toContain('error ERROR 42P03 cursor "c" already exists');
    expect(outcomes(proxied.recorder)).toEqual(["FETCH FROM c · completed · ok · committed · returned 1"]);
  });

  test("a denied PREPARE leaves no name behind", async () => {
    const { connect, recorder } = await proxied.another({
      decider: denying((action) => touches(action, "secret")),
    });
    const client = await connect();
    await client.query(`PREPARE p AS ${erase}`);
    await client.query(`DEALLOCATE p; PREPARE p AS ${look}; TABLE secret`);
    recorder.clear();
    await client.query("EXECUTE p");
    expect(recorder.drafts[0]?.operations ?? []).toContainEqual(expect.objectContaining({ kind: "delete" }));
    await client.close();
  });

  test("a cursor whose DECLARE failed leaves the old one in its place", async () => {
    const client = await proxied.connect();
    await client.query("BEGIN; DECLARE c CURSOR FOR TABLE secret; SAVEPOINT s");
    await client.query("DECLARE c CURSOR FOR SELECT 1");
    await client.query("ROLLBACK TO s");
    proxied.recorder.clear();
    await client.query("FETCH c");
    const operations = proxied.recorder.drafts[0]?.operations ?? [];
    expect(operations.flatMap(({ objects }) => objects)).toContainEqual(
      expect.objectContaining({ name: "secret" }),
    );
  });

  test("pipelines of hundreds of segments go through, whether they use names or not", async () => {
    const client = await proxied.connect();
    const messages = Array.from({ length: 500 }, () => [...unnamed("SELECT 1"), sync]).flat();
    expect(await client.run(...messages)).toHaveLength(2500);
    const named = [
      parse("n", look),
      sync,
      ...Array.from({ length: 500 }, () => [bind("", "n"), execute(""), sync]).flat(),
    ];
    expect(await client.run(...named, flush)).toHaveLength(2002);
  });
});
