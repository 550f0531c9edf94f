import type { Action, Decider, Decision } from "@custody/domain";
import type { FrontendMessage } from "@custody/wire/postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "../capture/fixture.ts";
import { stories } from "../capture/well-formed.ts";
import { bind, execute, parse, query, sendCancel, sync, unnamed } from "../capture/wire-client.ts";

/** Simulates what ends in a remark that says so; a remark that says no is denied. */
const decider: Decider = {
  decide({ statement }: Action): Decision {
    const text = statement?.text ?? "";
    const effect = text.includes("/* no */") ? "deny" : text.includes("/* what if */") ? "simulate" : "allow";
    return { effect, policy: "test", reasons: [effect], rule: `test-${effect}` };
  },
};

const proxied = useProxy(
  `
  CREATE TABLE parent (id int PRIMARY KEY, v text);
  CREATE TABLE child (id serial PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE);
  CREATE TABLE late (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE numbers (n numeric(10, 2), at timestamptz);
  CREATE FUNCTION loops() RETURNS void LANGUAGE plpgsql AS $$ BEGIN LOOP PERFORM pg_sleep(0.05); END LOOP; END $$;
  CREATE FUNCTION locks() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_lock(7)';
  CREATE ROLE in_session_weak; GRANT SELECT ON parent TO in_session_weak;
`,
  { decider },
);

const reset = `
  TRUNCATE parent, child, late, numbers;
  INSERT INTO parent SELECT n, 'v' || n FROM generate_series(1, 5) n;
  INSERT INTO child (parent) SELECT 1 + n % 5 FROM generate_series(1, 50) n;
`;

/** Every row there is; a simulation must not change one. */
const state = () =>
  proxied.truth(
    "SELECT (SELECT json_agg(p ORDER BY id) FROM parent p)::text, (SELECT json_agg(c ORDER BY id) FROM child c)::text, (SELECT count(*) FROM late)",
  );

let before: unknown[][];
beforeEach(async () => {
  await proxied.truth(reset);
  before = await state();
});

/** The error that the client sees instead of an answer, without what differs each time. */
function message(lines: readonly string[]): string {
  return lines.find((line) => line.startsWith("error")) ?? lines.join("\n");
}

const said = (what: string, verb = "DELETE") =>
  `error ERROR 42501 Custody simulated ${verb} instead of running it: ${what}`;

/** Until the simulated statement has begun. */
async function running(): Promise<void> {
  const active =
    "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT loops()%' AND state = 'active'";
  await expect.poll(() => proxied.truth(active)).toEqual([[1]]);
}

const wipe = "DELETE FROM parent WHERE id < 3 /* what if */";
const wiped = "it would have changed public.child: 20 deleted; public.parent: 2 deleted";

describe("a statement that is to be simulated", () => {
  test("is told what it would have done, and has done nothing", async () => {
    const client = await proxied.connect();
    expect(await client.query(wipe)).toEqual([said(wiped), "ready idle"]);
    expect(await state()).toEqual(before);
    expect(await client.query("SELECT count(*) FROM parent")).toContain("row 5");
    const [{ final, steps } = { final: undefined, steps: [] }] = stories(proxied.recorder);
    expect(steps).toEqual(["requested", "denied"]);
    expect(final).toMatchObject({
      decision: { effect: "simulate", rule: "test-simulate" },
      effect: { rows: {}, status: "denied" },
      simulation: {
        byTable: [
          { deleted: 20, inserted: 0, name: "child", removed: 0, schema: "public", updated: 0 },
          { deleted: 2, inserted: 0, name: "parent", removed: 0, schema: "public", updated: 0 },
        ],
        commands: ["DELETE 2"],
        method: "transaction",
        outcome: "simulated",
      },
    });
  });

  test("is simulated among the uncommitted rows of its transaction, which then has failed like after any refusal", async () => {
    const client = await proxied.connect();
    await client.query("BEGIN");
    await client.query("INSERT INTO parent VALUES (100, 'mine'), (101, 'mine')");
    await client.query("CREATE TEMP TABLE own (id int) ON COMMIT DROP");
    await client.query("INSERT INTO own VALUES (100), (2)");
    const wipeOwn = "DELETE FROM parent USING own WHERE parent.id = own.id /* what if */";
    const would = "it would have changed public.child: 10 deleted; public.parent: 2 deleted";
    expect(await client.query(wipeOwn)).toEqual([said(would), "ready failed"]);
    expect(stories(proxied.recorder).at(-1)?.final?.simulation?.method).toBe("savepoint");
    await client.query("ROLLBACK");
    expect(await state()).toEqual(before);
  });

  test("leaves a transaction that goes back to its savepoint as it was", async () => {
    const client = await proxied.connect();
    await client.query("BEGIN");
    await client.query("INSERT INTO parent VALUES (100, 'mine')");
    await client.query("SAVEPOINT mine");
    expect(message(await client.query(wipe))).toBe(said(wiped));
    expect(await client.query("ROLLBACK TO mine")).toEqual(["complete ROLLBACK", "ready in-transaction"]);
    expect(message(await client.query(wipe))).toBe(said(wiped));
    await client.query("ROLLBACK TO mine");
    expect(message(await client.query("ROLLBACK TO custody_frame"))).toContain("savepoint");
    await client.query("ROLLBACK TO mine");
    expect(await client.query("SELECT count(*) FROM parent")).toContain("row 6");
    await client.query("COMMIT");
    expect(await proxied.truth("SELECT count(*)::int FROM parent")).toEqual([[6]]);
  });

  test("has the session's role, its search path and its settings, and leaves them", async () => {
    const client = await proxied.connect();
    await proxied.truth(
      "CREATE SCHEMA other; CREATE TABLE other.parent (id int); INSERT INTO other.parent VALUES (1)",
    );
    await client.query("SET search_path = other, public");
    expect(message(await client.query(wipe))).toBe(said("it would have changed other.parent: 1 deleted"));
    await client.query("SET ROLE in_session_weak");
    await client.query("SET search_path = public");
    expect(message(await client.query(wipe))).toBe(
      said("it would have failed: permission denied for table parent"),
    );
    expect(await client.query("SELECT current_user, current_setting('search_path')")).toContain(
      "row in_session_weak|public",
    );
    expect(await client.query("SHOW statement_timeout")).toContain("row 0");
    await proxied.truth("DROP SCHEMA other CASCADE");
  });

  test("comes with its values, also those in binary, and leaves what was prepared", async () => {
    const client = await proxied.connect();
    const insert = "INSERT INTO numbers VALUES ($1, $2) /* what if */";
    const ten = Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 10]);
    const answers = await client.run(
      parse("kept", "SELECT 7"),
      parse("", insert, [1700, 1184]),
      {
        ...bind("", ""),
        parameterFormats: [1, 0],
        parameters: [ten, Buffer.from("2026-01-01")],
      } as FrontendMessage,
      execute("", 0),
      sync,
    );
    expect(message(answers)).toBe(said("it would have changed public.numbers: 1 inserted", "INSERT"));
    expect(await client.run(bind("", "kept"), execute("", 0), sync)).toContain("row 7");
    expect(await client.query("SELECT name FROM pg_prepared_statements ORDER BY 1")).toEqual([
      "columns name:25:0",
      "row kept",
      "complete SELECT 1",
      "ready idle",
    ]);
    expect(await proxied.truth("SELECT count(*)::int FROM numbers")).toEqual([[0]]);
  });

  test("is simulated behind those that come before it in its string or segment; what is refused is not run", async () => {
    const client = await proxied.connect();
    const string = `INSERT INTO parent VALUES (9, 'x'); DELETE FROM parent WHERE id = 9 /* what if */; DELETE FROM child /* no */`;
    expect(message(await client.query(string))).toBe(
      said("it would have changed public.parent: 1 inserted, 1 deleted"),
    );
    expect(stories(proxied.recorder).map(({ final }) => final?.effect?.status)).toEqual([
      "skipped",
      "denied",
      "denied",
    ]);
    proxied.recorder.clear();
    const answers = await client.run(
      ...unnamed("INSERT INTO parent VALUES (9, 'x')"),
      ...unnamed("DELETE FROM parent WHERE id = 9 /* what if */"),
      ...unnamed("SELECT 1"),
      sync,
    );
    expect(answers).toEqual([
      ...["parse-complete", "bind-complete", "complete INSERT 0 1", "parse-complete"],
      said("it would have changed public.parent: 1 inserted, 1 deleted"),
      "ready idle",
    ]);
    expect(
      stories(proxied.recorder).map(({ final }) => final?.transaction?.outcome ?? final?.effect?.status),
    ).toEqual(["rolled-back", "denied", "skipped"]);
    expect(await state()).toEqual(before);
  });

  test("fails as it would, also when only the end of the transaction would tell", async () => {
    const client = await proxied.connect();
    expect(message(await client.query("INSERT INTO late VALUES (999) /* what if */"))).toBe(
      said(
        'it would have failed: insert or update on table "late" violates foreign key constraint "late_id_fkey"',
        "INSERT",
      ),
    );
    expect(message(await client.query("DELETE FROM missing /* what if */"))).toBe(
      said('it would have failed: relation "missing" does not exist'),
    );
    expect(await client.query("SELECT 1")).toContain("row 1");
  });

  test.each([
    ["VACUUM parent /* what if */", "VACUUM, as it is written, cannot run inside a transaction"],
    ["COMMIT /* what if */", "would end or divide the transaction"],
    ["SELECT locks() /* what if */", "takes a lock that lasts as long as the session"],
    ["COPY parent FROM STDIN /* what if */", "waits for data from the client"],
    ["SET work_mem = '1MB' /* what if */", "it changes the setting work_mem"],
  ])("%s is refused with the reason why it cannot be simulated", async (sql, reason) => {
    const client = await proxied.connect();
    expect(message(await client.query(sql))).toContain(reason);
    expect(stories(proxied.recorder)[0]?.final?.simulation?.outcome).toBe("not-simulatable");
    expect(await client.query("SELECT 1")).toContain("row 1");
  });

  test("does not wait for ever for somebody else's lock", async () => {
    const other = await proxied.connectDirectly();
    await other.query("BEGIN");
    await other.query("UPDATE parent SET v = 'held' WHERE id = 1");
    const client = await proxied.connect();
    expect(message(await client.query(wipe))).toContain("canceling statement due to lock timeout");
    await other.query("ROLLBACK");
    expect(message(await client.query(wipe))).toBe(said(wiped));
  });

  test("can be cancelled by its client", async () => {
    const client = await proxied.connect();
    client.send(query("SELECT loops() /* what if */"));
    await running();
    await sendCancel(proxied.port, client);
    const answers = await client.until("ready-for-query");
    expect(answers.map(({ type }) => type)).toEqual(["error-response", "ready-for-query"]);
    expect(await client.query("SELECT 1")).toContain("row 1");
  });

  test("whose client goes away ends, and leaves nothing", async () => {
    const client = await proxied.connect();
    client.send(query("SELECT loops() /* what if */"));
    await running();
    await client.kill();
    await expect
      .poll(
        () =>
          proxied.truth(
            "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%loops()%' AND state = 'active' AND pid <> pg_backend_pid()",
          ),
        { timeout: 40_000 },
      )
      .toEqual([[0]]);
    await proxied.settled();
    expect(stories(proxied.recorder)[0]?.steps).toEqual(["requested", "denied"]);
  });

  test("on a server that dies has failed, and is on record", async () => {
    const client = await proxied.connect();
    client.send(query("SELECT loops() /* what if */"));
    await running();
    await proxied.truth(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%loops()%' AND pid <> pg_backend_pid()",
    );
    await client.until("ready-for-query");
    await proxied.settled();
    expect(stories(proxied.recorder)[0]?.final?.simulation).toMatchObject({
      code: "SIMULATION_LOST",
      outcome: "failed",
    });
  });

  test("does not keep notifications from whoever listens", async () => {
    const client = await proxied.connect();
    await client.query("LISTEN news");
    await proxied.truth("NOTIFY news, 'meanwhile'");
    const answers = await client.query(wipe);
    expect(answers.filter((line) => !line.startsWith("notification"))).toEqual([said(wiped), "ready idle"]);
    const [found = ""] = [...answers, ...(await client.query("SELECT 1"))].filter((line) =>
      line.startsWith("notification"),
    );
    expect(found).toBe("notification news meanwhile");
  });
});
