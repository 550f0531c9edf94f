import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

let database: Awaited<ReturnType<typeof createDatabase>>;
let custody: Custody;

beforeEach(async () => {
  database = await createDatabase();
  custody = new Custody(database.url, "policy: policy.yaml\n");
});
afterEach(async () => {
  await custody.remove();
  await database.drop();
});

const write = (name: string, text: string) => writeFileSync(join(custody.directory, name), text);

const asked = async <Shape>(...parameters: string[]): Promise<Shape> => {
  const { code, stderr, stdout } = await custody.run("policy", ...parameters, "--json");
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Shape;
};

interface Told {
  readonly decision: { readonly policy: string };
  readonly rows: object[];
  readonly atTheTime: { readonly digest: string; readonly operations: { readonly rules: object[] }[] } | null;
}

const OLD = `version: 1
rules:
  - { name: no-drops, match: { verb: DROP TABLE }, effect: deny, message: not here }
  - { name: cleanup, match: { object: parts }, effect: allow }
`;

const STRICT = `version: 1
rules:
  - { name: few, match: { kind: [insert, delete] }, when: 'rowsWithin("10m") > 11', effect: deny }
  - { name: no-updates, match: { kind: update }, effect: approve }
`;

async function work(): Promise<void> {
  const client = new Client({ connectionString: await custody.sessionUrl() });
  await client.connect();
  await client.query("INSERT INTO firms SELECT i FROM generate_series(1, 5) i");
  await client.query("INSERT INTO parts SELECT i, 1 + i % 5 FROM generate_series(1, 10) i");
  await client.query("UPDATE parts SET firm = 2 WHERE id = 1");
  await client.query("DELETE FROM firms WHERE id = 2");
  await expect(client.query("DROP TABLE parts")).rejects.toThrow(/not here/);
  await expect(client.query("NONSENSE")).rejects.toThrow();
  await client.query("SELECT * FROM parts");
  await client.end();
}

test("the past is explained by the rules of then, and asked again by other ones", {
  timeout: 240_000,
}, async () => {
  const direct = new Client({ connectionString: database.url });
  await direct.connect();
  await direct.query("CREATE TABLE firms (id int PRIMARY KEY)");
  await direct.query("CREATE TABLE parts (id int, firm int REFERENCES firms ON DELETE CASCADE)");
  await direct.end();
  write("policy.yaml", OLD);
  await custody.start();
  await work();
  expect(await custody.stop()).toBe(0);
  write("policy.yaml", STRICT);

  const records = await custody.records<{ index: number; type: string; statement?: { text: string } }>(
    "--type",
    "db.statement",
  );
  const indexOf = (text: string) =>
    String(records.findLast(({ statement }) => statement?.text.startsWith(text))?.index);

  const deletion = await asked<Told>("explain", indexOf("DELETE FROM firms"));
  expect(deletion).toMatchObject({
    atTheTime: { effect: "allow", file: expect.stringContaining("policy.yaml"), isCertain: true },
    decision: { effect: "allow" },
    rows: [
      { deleted: 1, name: "firms" },
      { deleted: 2, name: "parts" },
    ],
    today: { effect: "deny", isCertain: true, rule: "few" },
  });
  expect(deletion.atTheTime?.digest).toBe(deletion.decision.policy);

  const drop = await asked<Told>("explain", indexOf("DROP TABLE"));
  expect(drop).toMatchObject({
    atTheTime: { effect: "deny", rule: "no-drops" },
    today: { effect: "allow", rule: "default" },
  });
  expect(drop.atTheTime?.operations[0]?.rules[0]).toEqual({
    answer: "matched",
    because: [],
    effect: "deny",
    isDecisive: true,
    rule: "no-drops",
  });
  const shown = await custody.run("policy", "explain", indexOf("DROP TABLE"));
  expect(shown.stdout).toContain("decided    deny by rule no-drops");
  expect(shown.stdout).toMatch(/> matches +deny +no-drops/);
  expect(shown.stdout).toMatch(/- +deny +builtin:roles {2}\(verb\)/);
  expect(shown.stdout).toMatch(/today .*policy\.yaml.*it would be allow by rule default/);

  const itself = await custody.run("policy", "explain", indexOf("NONSENSE"));
  expect(itself).toMatchObject({ code: 0, stdout: expect.stringContaining("no rule was asked") });
  expect(await custody.run("policy", "explain", "0")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("NOT_FOUND"),
  });

  const replayed = await asked("replay", "--since", "1h");
  expect(replayed).toMatchObject({
    asked: 6,
    byEffect: { allow: 4, approve: 1, deny: 1, simulate: 0 },
    differences: [
      {
        statement: expect.stringMatching(/^UPDATE/),
        was: { effect: "allow", rule: "cleanup" },
        would: { effect: "approve" },
      },
      { statement: expect.stringMatching(/^DELETE/), would: { effect: "deny", rule: "few" } },
      { statement: "DROP TABLE parts", was: { effect: "deny" }, would: { effect: "allow", rule: "default" } },
    ],
    differing: 3,
    inDoubt: 0,
    next: null,
    unasked: 1,
  });
  const first = await asked<{ next: number; differences: object[] }>(
    "replay",
    "--since",
    "1h",
    "--limit",
    "2",
  );
  expect(first.differences).toHaveLength(2);
  expect(await asked("replay", "--since", "1h", "--limit", "2", "--after", String(first.next))).toMatchObject(
    {
      differences: [{ statement: "DROP TABLE parts" }],
      differing: 3,
      next: null,
    },
  );

  write("same.yaml", OLD);
  expect(await asked("replay", "--since", "1h", "--policy", "same.yaml")).toMatchObject({ differing: 0 });
  const text = await custody.run("policy", "replay", "--since", "1h", "--target", "nowhere");
  expect(text.stdout).toContain("asked     about 0 statements");
  expect(await custody.run("policy", "replay")).toMatchObject({ code: 2 });
});
