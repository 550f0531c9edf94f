import type { AuditRecord } from "@custody/domain";
import type { HoldListing } from "@custody/server";
import type { Client } from "pg";
import { expect, test } from "vitest";
import { Scene } from "../incidents/scene.ts";

const WAITING = 200;
const FAST = 800;
/** How many of each are approved before Custody is killed. */
const APPROVED_WAITING = 20;
const APPROVED_FAST = 100;
const CONNECTIONS_FAST = 4;

const fixture = `
  CREATE TABLE many (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
  INSERT INTO many SELECT i FROM generate_series(0, ${WAITING + FAST - 1}) i;
`;
const policy = `version: 1
rules:
  - { name: many, match: { object: many, kind: update }, effect: approve, approval: { wait: 1h, valid: 1h } }
`;

const add = (client: Client, id: number) => client.query("UPDATE many SET n = n + 1 WHERE id = $1", [id]);

/** Which row a hold is about. */
const rowOf = ({ text }: HoldListing): number =>
  Number(
    (JSON.parse(text) as { statements: { parameters: { value: string }[] }[] }).statements[0]?.parameters[0]
      ?.value,
  );

test("a thousand holds survive a kill: none of them runs, and no yes is lost or used twice", async () => {
  const scene = await Scene.begin({ fixture, policy });
  const patient = await scene.agent();
  const hasty = await scene.agent();
  const sum = async () => (await scene.directly("SELECT sum(n)::int AS n FROM many"))[0]?.["n"];

  const waiting: Promise<string>[] = [];
  for (let id = 0; id < WAITING; id += 1) {
    const client = await patient.connect();
    waiting.push(
      add(client, id).then(
        () => "done",
        (error: Error) => error.message,
      ),
    );
  }
  const fast = await Promise.all(
    Array.from({ length: CONNECTIONS_FAST }, () => hasty.connect("-c custody.on_hold=fail")),
  );
  const sendFast = (ids: readonly number[]) =>
    Promise.all(
      fast.map(async (client, at) => {
        const said: string[] = [];
        for (const id of ids.filter((_, index) => index % fast.length === at))
          said.push(
            await add(client, id).then(
              () => "done",
              (error: Error) => error.message,
            ),
          );
        return said;
      }),
    ).then((all) => all.flat());
  const fastIds = Array.from({ length: FAST }, (_, at) => WAITING + at);
  expect((await sendFast(fastIds)).every((said) => said.startsWith("Custody holds UPDATE"))).toBe(true);

  const open = await scene.holds();
  expect(open).toHaveLength(WAITING + FAST);
  expect(open.filter(({ waits }) => waits)).toHaveLength(WAITING);
  expect(open.map(rowOf).sort((one, other) => one - other)).toEqual(
    Array.from({ length: WAITING + FAST }, (_, id) => id),
  );
  const approved = [
    ...open.filter((hold) => rowOf(hold) < APPROVED_WAITING),
    ...open.filter((hold) => rowOf(hold) >= WAITING && rowOf(hold) < WAITING + APPROVED_FAST),
  ];
  for (const hold of approved) await scene.decideOn(hold, "approve");
  expect(await Promise.all(waiting.slice(0, APPROVED_WAITING))).toEqual(
    Array.from({ length: APPROVED_WAITING }, () => "done"),
  );
  expect(await sum()).toBe(APPROVED_WAITING);

  await scene.custody.kill();
  for (const said of await Promise.all(waiting.slice(APPROVED_WAITING))) expect(said).not.toBe("done");
  await scene.start();
  expect(await sum()).toBe(APPROVED_WAITING);
  const after = await scene.holds("all");
  const states = (holds: readonly HoldListing[]) => [...new Set(holds.map(({ state }) => state))];
  const between = (from: number, to: number) =>
    after.filter((hold) => rowOf(hold) >= from && rowOf(hold) < to);
  expect(states(between(0, APPROVED_WAITING))).toEqual(["consumed"]);
  expect(states(between(APPROVED_WAITING, WAITING))).toEqual(["withdrawn"]);
  expect(states(between(WAITING, WAITING + APPROVED_FAST))).toEqual(["granted"]);
  expect(states(between(WAITING + APPROVED_FAST, WAITING + FAST))).toEqual(["requested"]);

  for (const [at] of fast.entries()) fast[at] = await hasty.connect("-c custody.on_hold=fail");
  const approvedIds = fastIds.slice(0, APPROVED_FAST);
  expect(await sendFast(approvedIds)).toEqual(approvedIds.map(() => "done"));
  expect(await sum()).toBe(APPROVED_WAITING + APPROVED_FAST);
  const again = await sendFast(approvedIds);
  expect(again.filter((said) => said.startsWith("Custody holds UPDATE"))).toHaveLength(APPROVED_FAST);
  expect(await sum()).toBe(APPROVED_WAITING + APPROVED_FAST);

  expect(JSON.parse(await scene.ok("verify", "--json"))).toMatchObject({ findings: [], ok: true });
  const records = await scene.custody.records<AuditRecord>("--type", "approval.consumed");
  const used = records.map(({ approval }) => approval?.id);
  expect(used).toHaveLength(APPROVED_WAITING + APPROVED_FAST);
  expect(new Set(used).size).toBe(used.length);
});
