import { expect, test } from "vitest";
import { recordOf, serveLedger } from "../testing/served-ledger.ts";
import { type SignedInPerson, signedInOwner, signedInPerson } from "../testing/signed-in.ts";
import { listening, StreamReader } from "../testing/stream-reader.ts";

async function withRecords() {
  const served = await serveLedger();
  const owner = await signedInOwner(served);
  const bob = await signedInPerson(served, owner, "bob", ["member@shop"]);
  const human = { assurance: "password", id: bob.id, name: "bob" } as const;
  const shop = recordOf({ project: "shop", type: "test.shop" });
  const lab = recordOf({ project: "lab", type: "test.lab" });
  const own = recordOf({ actor: { human }, project: "lab", type: "test.own" });
  await served.append(shop, lab, own);
  const last = served.ledger.size - 1;
  const types = async (by: SignedInPerson, query = "") => {
    const { json, status } = await served.ask(`/api/records?view=records&type=test&${query}`, {
      headers: by.headers,
    });
    return status === 200 ? json.rows.map(({ type }: { type: string }) => type) : status;
  };
  return { bob, ids: { lab: lab.id, own: own.id, shop: shop.id }, last, owner, served, types };
}

test("a list has what of it somebody may see, and no filter widens that", async () => {
  const { bob, owner, types } = await withRecords();
  expect(await types(owner)).toEqual(["test.own", "test.lab", "test.shop"]);
  expect(await types(owner, "human=bob")).toEqual(["test.own"]);
  expect(await types(bob)).toEqual(["test.shop"]);
  expect(await types(bob, "project=lab")).toEqual(["test.own"]);
  expect(await types(bob, "human=bob")).toEqual(["test.own"]);
  expect(await types(bob, "human=ada")).toBe(403);
  expect(await types(bob, "project=lab&human=ada")).toBe(403);
  expect(await types(bob, "project=")).toEqual([]);
});

test("a single record that somebody may not see is not there for them", async () => {
  const { bob, ids, owner, served } = await withRecords();
  const status = async (by: SignedInPerson, id: string) =>
    (await served.ask(`/api/records/${id}`, { headers: by.headers })).status;
  for (const id of Object.values(ids)) expect(await status(owner, id)).toBe(200);
  expect([await status(bob, ids.shop), await status(bob, ids.lab), await status(bob, ids.own)]).toEqual([
    200, 404, 200,
  ]);
  // Who there is and what is decided is nobody's project.
  expect(await status(bob, "0")).toBe(404);
});

test("an open stream has what of it somebody may see, and ends when they may no more", async () => {
  const { bob, owner, served } = await withRecords();
  const port = await listening(served);
  const own = { ...bob.headers, host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` };
  const { book } = served;
  const reader = await StreamReader.open(port, "?view=records", { authorization: "", ...own });
  expect(reader.response.statusCode).toBe(200);
  await served.append(
    recordOf({ project: "lab", type: "test.hidden" }),
    recordOf({ project: "shop", type: "test.seen" }),
  );
  await reader.until((events) => events.length > 0);
  expect(reader.events.map(({ data }) => data.type)).toEqual(["test.seen"]);
  const ended = new Promise((resolve) => reader.response.once("close", resolve));
  await book.changeRoles({ roles: ["member@lab"], user: bob.id }, owner.principal);
  await ended;
});

test("who looks is on record before they see it, and what follows is counted", async () => {
  const { bob, ids, last, served } = await withRecords();
  const before = served.notes.length;
  for (let at = 0; at < 50; at += 1) {
    await served.ask("/api/records?project=shop", { headers: bob.headers });
    await served.ask(`/api/records/${last}`, { headers: bob.headers });
  }
  // What was not shown was not seen.
  await served.ask(`/api/records/${ids.lab}`, { headers: bob.headers });
  expect(served.notes.slice(before)).toMatchObject([
    { actor: { human: { name: "bob" } }, details: { filters: ["project=shop"], lists: 1, records: 0 } },
  ]);
  await served.close();
  expect(served.notes.slice(before + 1)).toMatchObject([
    { details: { filters: ["project=shop"], indexes: [String(last)], lists: 49, records: 50 } },
  ]);
});
