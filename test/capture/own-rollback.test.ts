import { connect, type Socket } from "node:net";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { guarding, MemoryDesk } from "./hold-fixture.ts";
import { denying } from "./proxied-database.ts";
import { bind, execute, parse, query, shown, sync, type WireClient } from "./wire-client.ts";

/**
 * A cancellation of the client's can come so late that it meets a ROLLBACK of Custody's own. No test can choose that moment,
 * so here a ROLLBACK is spoilt on its way: the real server refuses it, and its transaction stays open, as behind that.
 */
const FAILURES = 3;
let spoilt = 0;

const proxied = useProxy(`
  CREATE TABLE people (id int PRIMARY KEY);
  CREATE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$;
  CREATE CONSTRAINT TRIGGER wrong AFTER UPDATE ON people DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION wrong();`);

beforeEach(async () => {
  spoilt = 0;
  await proxied.truth("TRUNCATE people");
  await proxied.truth("INSERT INTO people SELECT generate_series(1, 5)");
});

function spoiling(): Promise<Socket> {
  const { hostname, port } = new URL(proxied.directUrl);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const write = socket.write.bind(socket) as (bytes: Buffer) => boolean;
  socket.write = ((bytes: Buffer): boolean => {
    const at = bytes.indexOf("ROLLBACK\0");
    if (at === -1 || spoilt === FAILURES) return write(bytes);
    spoilt += 1;
    const copy = Buffer.from(bytes);
    copy.write("ROLLBACX", at);
    return write(copy);
  }) as typeof socket.write;
  return new Promise((resolve, reject) =>
    socket.once("connect", () => resolve(socket)).once("error", reject),
  );
}

const count = async () => (await proxied.truth("SELECT count(*)::int FROM people"))[0]?.[0];

/** Its transaction is over, and the connection goes on. */
async function expectNoTransaction(client: WireClient): Promise<void> {
  expect(await client.query("SELECT count(*) FROM people")).toContain("row 5");
  expect(await client.query("DELETE FROM people WHERE id = 1")).toEqual(["complete DELETE 1", "ready idle"]);
  expect(await count()).toBe(4);
  expect(spoilt).toBe(FAILURES);
}

describe("a ROLLBACK of Custody's own that is cancelled is said again", () => {
  test("behind a COMMIT that is denied", async () => {
    const { connect: connectTo } = await proxied.another({
      connect: spoiling,
      decider: denying(({ commitsWrites }) => commitsWrites === true),
    });
    for (const commit of [[query("COMMIT")], [parse("", "COMMIT"), bind("", ""), execute(""), sync]]) {
      spoilt = 0;
      const client = await connectTo();
      await client.query("BEGIN");
      await client.query("DELETE FROM people WHERE id > 2");
      const said = await client.run(...commit);
      expect(said.join()).toContain("the test says no");
      expect(said.at(-1)).toBe("ready idle");
      expect(await client.query("SELECT count(*) FROM people")).toContain("row 5");
      expect(spoilt).toBe(FAILURES);
    }
  });

  test("and leaves the failed transaction to the client that has sent more already", async () => {
    const { connect: connectTo } = await proxied.another({
      connect: spoiling,
      decider: denying(({ commitsWrites }) => commitsWrites === true),
    });
    const client = await connectTo();
    await client.query("BEGIN");
    await client.query("DELETE FROM people WHERE id > 2");
    const said = await client.run(query("COMMIT"), query("SELECT 1"));
    expect(said.join()).toMatch(/the test says no.*,ready failed,error ERROR 25P02 .*,ready failed$/s);
    spoilt = FAILURES;
    expect(await client.query("ROLLBACK")).toEqual(["complete ROLLBACK", "ready idle"]);
    await expectNoTransaction(client);
  });

  test("behind a COMMIT whose deferred triggers failed when Custody looked at them", async () => {
    const desk = new MemoryDesk();
    const { connect: connectTo } = await proxied.another({
      approvals: { hold: (asked) => desk.desk.hold(asked), take: (asked) => desk.desk.take(asked) },
      connect: spoiling,
      decider: guarding({ rowsMax: 10 }),
    });
    const client = await connectTo();
    await client.query("BEGIN");
    await client.query("UPDATE people SET id = 7 WHERE id = 1");
    const said = await client.query("COMMIT");
    expect(said.join()).toContain("not this one");
    expect(said.at(-1)).toBe("ready idle");
    await expectNoTransaction(client);
  });

  test("behind a limited write that failed in a transaction of Custody's own", async () => {
    const desk = new MemoryDesk();
    const { connect: connectTo } = await proxied.another({
      approvals: { hold: (asked) => desk.desk.hold(asked), take: (asked) => desk.desk.take(asked) },
      connect: spoiling,
      decider: guarding({ rowsMax: 10 }),
    });
    const client = await connectTo();
    client.send(query("DELETE FROM people WHERE id = 1 / 0"));
    const said = (await client.until("ready-for-query")).map(shown);
    expect(said.join()).toContain("division by zero");
    expect(said.at(-1)).toBe("ready idle");
    await expectNoTransaction(client);
  });
});
