import {
  encodeCommandComplete,
  encodeDataRow,
  encodeErrorResponse,
  encodeNotificationResponse,
  encodeReadyForQuery,
  makeResponseFields,
} from "@custody/wire/postgres";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Dialogue } from "./dialogue.ts";
import type { DialogueStream } from "./dialogue-stream.ts";

/** A server that has said all of it already, in chunks that end anywhere. */
class Spoken implements DialogueStream {
  readonly #chunks: Buffer[];
  readonly notifications: Buffer[] = [];

  constructor(bytes: Buffer, cuts: readonly number[]) {
    const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((one, other) => one - other);
    this.#chunks = [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
  }

  write(): void {}

  async read(): Promise<Buffer | undefined> {
    return this.#chunks.shift();
  }

  notified(raw: Buffer): void {
    this.notifications.push(raw);
  }
}

const ready = encodeReadyForQuery({ status: "in-transaction", type: "ready-for-query" });
const row = (text: string) =>
  Buffer.concat([
    encodeDataRow({ type: "data-row", values: [Buffer.from(text)] }),
    encodeCommandComplete({ tag: "SELECT 1", type: "command-complete" }),
    ready,
  ]);
const failure = Buffer.concat([
  encodeErrorResponse({
    fields: makeResponseFields({
      message: "no",
      severity: "ERROR",
      severityNonLocalized: "ERROR",
      sqlState: "XX000",
    }),
    type: "error-response",
  }),
  ready,
]);
const notification = encodeNotificationResponse({
  channel: "c",
  payload: "p",
  processId: 1,
  type: "notification-response",
});

test("answers to what was sent together come to whoever asked, wherever the chunks end", async () => {
  const said = Buffer.concat([row("one"), failure, notification, row("mine"), row("two"), notification]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 12 }), async (cuts) => {
      const stream = new Spoken(said, cuts);
      const client = new Dialogue(stream);
      const first = client.rows("1");
      const second = client.rows("2").catch((error: Error) => error.message);
      const relayed = client.relay([]);
      const last = client.rows("3");
      expect([await first, await second, await last]).toEqual([[["one"]], "no", [["two"]]]);
      expect((await relayed).notifications()).toHaveLength(1);
      expect((await relayed).error).toBeUndefined();
    }),
  );
});

test("everybody who waits is told when the connection is lost", async () => {
  const client = new Dialogue(new Spoken(Buffer.concat([row("one"), row("cut").subarray(0, 9)]), []));
  const asked = [client.rows("1"), client.rows("2"), client.relay([]), client.rows("3")];
  const ends = await Promise.allSettled(asked);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "rejected"]);
});
