import { once } from "node:events";
import { expect, test } from "vitest";
import { eraseProject, recordOf, serveLedger } from "../testing/served-ledger.ts";
import { listening, StreamReader } from "../testing/stream-reader.ts";
import { RESUMED_ROWS_MAX } from "./record-stream.ts";
import { STREAMS_MAX } from "./stream-hub.ts";

const notes = (count: number, type = "test.note") => Array.from({ length: count }, () => recordOf({ type }));
const indexes = (reader: StreamReader) =>
  reader.events.filter(({ event }) => event === "record").map(({ id }) => Number(id));

test("what is recorded is seen once and in order, by everybody", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  const readers = await Promise.all([1, 2, 3].map(() => StreamReader.open(port, "?view=records")));
  const from = served.ledger.size;
  for (let round = 0; round < 20; round += 1) await served.append(...notes(5));
  const last = served.ledger.size - 1;
  for (const reader of readers) {
    await reader.until((events) => events.at(-1)?.id === String(last));
    expect(indexes(reader)).toEqual(Array.from({ length: last - from + 1 }, (_, at) => from + at));
    expect(reader.events.every(({ data, id }) => String(data.index) === id)).toBe(true);
  }
});

test("a reader that comes back misses nothing and gets nothing twice", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  await served.append(...notes(50));
  const after = served.ledger.size - 11;
  const byHeader = await StreamReader.open(port, "", { "last-event-id": String(after) });
  const byQuery = await StreamReader.open(port, `?after=${after}`);
  await served.append(...notes(10));
  const last = served.ledger.size - 1;
  for (const reader of [byHeader, byQuery]) {
    await reader.until((events) => events.at(-1)?.id === String(last));
    expect(indexes(reader)).toEqual(Array.from({ length: 20 }, (_, at) => after + 1 + at));
  }
});

test("whoever missed too much, or more than there is, is told to load the list again", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  await served.append(...notes(RESUMED_ROWS_MAX + 1));
  const { size } = served.ledger;
  for (const after of [size - 1 - RESUMED_ROWS_MAX - 1, size + 5]) {
    const reader = await StreamReader.open(port, `?view=records&after=${after}`);
    const [first] = await reader.until((events) => events.length > 0);
    expect(first).toMatchObject({ data: { cursor: size }, event: "snapshot" });
  }
  const reader = await StreamReader.open(port, `?view=records&after=${size - 1 - RESUMED_ROWS_MAX}`);
  await reader.until((events) => events.length === RESUMED_ROWS_MAX);
});

test("whoever comes back to a list of actions gets the newest record of each", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  const first = recordOf();
  const second = recordOf();
  const again = Array.from({ length: 4 }, () => recordOf({ action: second.action }));
  await served.append(first, second, ...again);
  const last = served.ledger.size - 1;
  const reader = await StreamReader.open(port, "?after=0&type=test.note");
  await reader.until((events) => events.at(-1)?.id === String(last));
  expect(indexes(reader)).toEqual([last - 5, last]);
});

test("only what matches is sent", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  const reader = await StreamReader.open(port, "?type=test.wanted");
  await served.append(...notes(5), ...notes(1, "test.wanted"), ...notes(5), ...notes(1, "test.wanted"));
  const events = await reader.until(({ length }) => length === 2);
  expect(events.map(({ data }) => data.type)).toEqual(["test.wanted", "test.wanted"]);
});

test("a reader that does not read takes no memory, hurts nobody, and is told when it reads again", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  const slow = await StreamReader.open(port, "?view=records");
  const quick = await StreamReader.open(port, "?view=records");
  slow.response.pause();
  const from = served.ledger.size;
  const text = "x".repeat(500);
  const long = () => recordOf({ message: { key: "test.note", params: { text: text.repeat(40) } } });
  for (let round = 0; round < 60; round += 1) {
    await served.append(...Array.from({ length: 20 }, long));
    await quick.until((events) => events.at(-1)?.id === String(served.ledger.size - 1));
  }
  const last = served.ledger.size - 1;
  expect(indexes(quick)).toHaveLength(last - from + 1);
  slow.response.resume();
  const events = await slow.until((all) => all.some(({ event }) => event === "snapshot"));
  expect(events.length).toBeLessThan(last - from);
  expect(events.at(-1)).toMatchObject({ data: { cursor: last + 1 }, event: "snapshot" });
  await served.append(recordOf());
  await slow.until((all) => all.at(-1)?.id === String(last + 1));
});

test("whoever has rows that are destroyed is told to load the list again, and what waits for a reader is not sent", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  const quick = await StreamReader.open(port, "?view=records");
  const slow = await StreamReader.open(port, "?view=records");
  slow.response.pause();
  const ended = new Promise((resolve) => slow.response.once("close", resolve));
  const params = { text: `doomed ${"x".repeat(20_000)}` };
  for (let round = 0; round < 60; round += 1) {
    const long = () => recordOf({ message: { key: "test.note", params }, project: "doomed" });
    await served.append(...Array.from({ length: 20 }, long));
    await quick.until((events) => events.at(-1)?.id === String(served.ledger.size - 1));
  }
  const order = await eraseProject(served.ledger, "doomed");
  const events = await quick.until((all) => all.some(({ event }) => event === "snapshot"));
  expect(events.find(({ event }) => event === "snapshot")?.data.cursor).toBe(order + 1);
  slow.response.resume();
  await ended;
  expect(slow.response.complete).toBe(false);
  expect(slow.events.some(({ event }) => event === "snapshot")).toBe(false);
  const again = await StreamReader.open(port, "?view=records&after=0");
  const rows = await again.until((all) => all.some(({ id }) => id === String(order)));
  expect(JSON.stringify(rows)).not.toContain("doomed ");
});

test("streams are not opened without end, and a closed one makes room", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  const readers = await Promise.all(Array.from({ length: STREAMS_MAX }, () => StreamReader.open(port)));
  const refused = await StreamReader.open(port);
  expect([refused.response.statusCode, refused.response.headers["retry-after"]]).toEqual([503, "10"]);
  readers[0]?.response.destroy();
  await expect
    .poll(async () => (await StreamReader.open(port)).response.statusCode, { timeout: 5000 })
    .toBe(200);
});

test("streams end when the server does", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  const reader = await StreamReader.open(port);
  const ended = once(reader.response, "end");
  await served.api.close();
  await ended;
});

test("a stream needs a token and carries the browser's orders", async () => {
  const served = await serveLedger();
  const port = await listening(served);
  expect((await StreamReader.open(port, "", { authorization: "" })).response.statusCode).toBe(401);
  const { headers } = (await StreamReader.open(port)).response;
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "content-type": "text/event-stream; charset=utf-8",
    "x-content-type-options": "nosniff",
  });
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
});
