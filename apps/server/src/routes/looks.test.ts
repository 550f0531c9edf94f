import { expect, test } from "vitest";
import { type ServedLedger, serveLedger } from "../testing/served-ledger.ts";
import { type SignedInPerson, signedInOwner, signedInPerson } from "../testing/signed-in.ts";

const look = (served: ServedLedger, { headers }: SignedInPerson, command: string, asked: string) =>
  served.ask("/api/looks", {
    headers,
    method: "POST",
    payload: { asked, command, follows: false, records: 3 },
  });

test("who looks by commands is on record each time, and whoever floods is counted exactly", async () => {
  const served = await serveLedger();
  const ada = await signedInOwner(served);
  const eve = await signedInPerson(served, ada, "eve", ["viewer"]);
  const before = served.notes.length;
  const recorded = () => served.notes.slice(before).map(({ actor, details }) => ({ actor, details }));
  for (let at = 0; at < 10; at += 1)
    expect((await look(served, eve, "log", `search=${at}`)).status).toBe(200);
  expect(recorded().map(({ details }) => details?.["asked"])).toEqual(
    Array.from({ length: 10 }, (_, at) => `search=${at}`),
  );
  for (let at = 10; at < 300; at += 1)
    expect((await look(served, eve, "log", `${at}${"x".repeat(1900)}`)).status).toBe(200);
  expect(recorded()).toHaveLength(10);
  // Neither another command nor another person waits for that.
  await look(served, eve, "show", "7");
  await look(served, ada, "log", "type=db");
  expect(recorded().slice(10)).toMatchObject([
    { actor: { human: { name: "eve" } }, details: { asked: "7", command: "show", records: 3 } },
    { actor: { human: { name: "ada" } }, details: { asked: "type=db", command: "log", records: 3 } },
  ]);
  await served.close();
  expect(recorded().slice(12)).toMatchObject([
    {
      actor: { human: { name: "eve" } },
      details: { command: "log", count: 290, follows: false, records: 870 },
    },
  ]);
  const texts = recorded().at(-1)?.details?.["texts"] as string[];
  expect(texts.map((text) => text.slice(0, 2))).toEqual(Array.from({ length: 20 }, (_, at) => `${at + 10}`));
});
