import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeEach, describe, expect, type TestContext, test } from "vitest";
import { optional } from "../postgres/optional.ts";
import { CHAINED, chained, crm } from "./crm.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprints.ts";
import { expectProven } from "./proven.ts";
import { type Agent, Scene } from "./scene.ts";

/**
 * A migration tool pushed an empty schema to what its environment called a development database. The names of the command, of
 * the variable and of the database say nothing here: the statements are held by what they do, on the server that they reach.
 */
const run = promisify(execFile);
const ROWS = 1206 + 1196 + 60 * 50;

let scene: Scene;
let before: Fingerprint;
let agent: Agent;

beforeEach(async () => {
  scene = await Scene.begin({ fixture: crm + chained });
  before = await fingerprintOf(scene.database.url);
  agent = await scene.agent();
});

interface Impact {
  readonly byTable: readonly { readonly name: string; readonly removed: number | null; deleted: number }[];
  readonly dropped: readonly string[];
  readonly notes: readonly string[];
}

interface Shown {
  readonly impact: Impact;
  readonly statements: readonly unknown[];
  readonly target: { readonly database: string; readonly environment: string; readonly identity: string };
}

const shown = async (): Promise<Shown> => JSON.parse((await scene.waiting())[0]?.text ?? "") as Shown;

/** Of tables alone: what a materialized view holds is no data of its own. */
const tablesOf = ({ byTable }: Impact) => byTable.filter(({ name }) => name !== "headcount");
const rowsOf = (impact: Impact) =>
  tablesOf(impact).reduce((sum, { deleted, removed }) => sum + deleted + (removed ?? Number.NaN), 0);

const reject = (reason = "no") => scene.decide("deny", reason);

async function expectRealTarget({ target }: Shown): Promise<void> {
  const [server] = await scene.directly(
    "SELECT system_identifier::text AS id, current_database() AS name FROM pg_control_system()",
  );
  expect(target).toMatchObject({ database: server?.["name"], environment: "production" });
  expect(target.identity).toContain(server?.["id"]);
}

async function expectUntouched(): Promise<void> {
  expect(await fingerprintOf(scene.database.url)).toEqual(before);
  await expectProven(scene, agent.session);
}

test("DROP SCHEMA shows sixty-two tables with all their rows and what stands on them; a second try is worse", async () => {
  const client = await agent.connect();
  const done = expect(client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public")).rejects.toMatchObject(
    { code: "42501", message: expect.stringContaining("ada refused it: never") },
  );
  const hold = await shown();
  expect(tablesOf(hold.impact)).toHaveLength(62);
  expect(rowsOf(hold.impact)).toBe(ROWS);
  expect(hold.impact.dropped).toEqual(
    expect.arrayContaining([
      "view public.staff",
      "materialized view public.headcount",
      "function public.tidy()",
    ]),
  );
  await expectRealTarget(hold);
  await reject("never");
  await done;
  const again = expect(client.query("TRUNCATE companies CASCADE")).rejects.toThrow("refused");
  await reject();
  await again;
  await expect
    .poll(() => scene.receiver.messages.map(({ data }) => [data.kind, data.level]))
    .toContainEqual(["statement-reworded", "error"]);
  await expectUntouched();
});

test("sixty DROP TABLE: the first refusal stops the run, a message of all is one hold, a grant lets named ones go", async () => {
  const client = await agent.connect();
  const drop = (name: string) => ({ queryMode: "extended", text: `DROP TABLE "${name}" CASCADE` });
  const first = expect(client.query(drop("t01"))).rejects.toThrow("refused");
  const one = await shown();
  expect(tablesOf(one.impact)).toMatchObject([{ name: "t01", removed: 50 }]);
  expect(one.impact.dropped).toEqual(
    expect.arrayContaining(["table public.t01", "constraint public.t02.t02_above_fkey"]),
  );
  await reject();
  await first;
  const all = expect(client.query(CHAINED.map((name) => drop(name).text).join(";"))).rejects.toThrow(
    "refused",
  );
  const whole = await shown();
  expect(whole.statements).toHaveLength(60);
  expect([tablesOf(whole.impact).length, rowsOf(whole.impact)]).toEqual([60, 3000]);
  await reject();
  await all;
  expect(await fingerprintOf(scene.database.url)).toEqual(before);

  const objects = CHAINED.map((name) => `public.${name}`);
  const grant = [
    "--session",
    agent.session,
    "--verb",
    "DROP TABLE",
    "--for",
    "10m",
    "--reason",
    "old tables",
  ];
  await scene.ok("grant", "shop", ...grant, "--object", ...objects);
  for (const name of CHAINED) await client.query(drop(name));
  expect(await scene.holds()).toEqual([]);
  const { tables } = await fingerprintOf(scene.database.url);
  expect(tables).toEqual(
    Object.fromEntries(Object.entries(before.tables).filter(([name]) => !CHAINED.includes(name))),
  );
  // What is not named is not covered.
  const beyond = expect(client.query(drop("executives"))).rejects.toThrow("refused");
  await reject();
  await beyond;
  const done = await scene.recordsOf(agent.session, "db.statement.completed");
  const dropped = done.filter(({ approval }) => approval !== undefined);
  expect(dropped).toHaveLength(60);
  expect(new Set(dropped.map(({ approval }) => approval?.id)).size).toBe(1);
  expect(dropped[0]).toMatchObject({ approval: { approver: { name: "ada" }, reason: "old tables" } });
  await expectProven(scene, agent.session);
});

describe("DROP DATABASE, from another database of the same server", () => {
  /** By itself Custody denies what administers the server. */
  const policy = `version: 1
rules:
  - { name: databases, match: { verb: DROP DATABASE }, effect: approve }
`;

  async function held(context: Pick<TestContext, "skip">): Promise<{ hold: Shown; said: Promise<string> }> {
    const psql = optional("psql", context);
    scene = await Scene.begin({ fixture: crm + chained, policy, reached: "postgres" });
    before = await fingerprintOf(scene.database.url);
    agent = await scene.agent();
    const statement = `DROP DATABASE "${scene.database.name}" WITH (FORCE)`;
    const said = run(psql, [agent.url, "-c", statement]).then(
      () => "",
      ({ stderr }: { stderr: string }) => stderr,
    );
    return { hold: await shown(), said };
  }

  test("is held under the name of its victim, shows what that holds, and leaves it alone", async (context) => {
    const { hold, said } = await held(context);
    expect(hold.statements).toMatchObject([{ text: expect.stringContaining(scene.database.name) }]);
    expect(hold.target).toMatchObject({ database: "postgres", environment: "production" });
    expect([tablesOf(hold.impact).length, rowsOf(hold.impact)]).toEqual([62, ROWS]);
    expect(hold.impact.dropped).toEqual(
      expect.arrayContaining(["view public.staff", "materialized view public.headcount"]),
    );
    await reject();
    expect(await said).toContain("refused");
    await expectUntouched();
  });

  test("says so where its victim cannot be looked into", async (context) => {
    const psql = optional("psql", context);
    scene = await Scene.begin({ fixture: crm, policy, reached: "postgres" });
    agent = await scene.agent();
    const done = run(psql, [agent.url, "-c", 'DROP DATABASE "nowhere"']).catch(({ stderr }) => stderr);
    const { impact } = await shown();
    expect(impact.notes.join()).toMatch(/what nowhere holds could not be found out: .*does not exist/);
    await reject();
    expect(await done).toContain("refused");
    await expectProven(scene, agent.session);
  });
});

test("TRUNCATE shows everything that it takes with it", async () => {
  const client = await agent.connect();
  const done = expect(client.query("TRUNCATE t01, t02 CASCADE")).rejects.toThrow("refused");
  const hold = await shown();
  expect([tablesOf(hold.impact).length, rowsOf(hold.impact)]).toEqual([60, 3000]);
  await expectRealTarget(hold);
  await reject();
  await done;
  await expectUntouched();
});
