import { createHmac, randomBytes } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { Redactor } from "@custody/secrets";
import type { ExchangeReading } from "./exchange-reading.ts";
import { ReadingRoom } from "./reading-room.ts";
import type { Closed, FromThread, ToThread } from "./thread-messages.ts";

/** New with each thread: what stands in a secret's place can be compared within a session, and with nothing else. */
const key = randomBytes(32);

const room = new ReadingRoom(
  (session) => new Redactor({ key: createHmac("sha256", key).update(session).digest() }),
);

const open = new Map<number, ExchangeReading>();

/** The content of so little is read within a fraction of a millisecond, and comes along with the facts. */
const SHORT_BYTES = 16 * 1024;

parentPort?.on("message", (message: ToThread) => {
  for (const closed of message.closed) close(closed);
  if (message.kind === "close") return;
  try {
    take(message);
  } catch (error) {
    say({ exchange: message.exchange, kind: "failed", reason: (error as Error).message });
  }
});

function take(message: Exclude<ToThread, { kind: "close" }>): void {
  const { exchange } = message;
  switch (message.kind) {
    case "read": {
      const { body, codings, head } = message;
      const reading = room.open(head);
      open.set(exchange, reading);
      const facts = reading.request(bufferOf(body), codings);
      if (facts.bytes <= SHORT_BYTES)
        return say({ content: reading.content(), exchange, facts, kind: "read" });
      say({ exchange, kind: "facts", value: facts });
      say({ exchange, kind: "content", value: reading.content() });
      return;
    }
    case "answer": {
      const value = open.get(exchange)?.answer(message.head, bufferOf(message.bytes));
      if (value !== undefined) say({ exchange, kind: "answer", value });
    }
  }
}

function close({ exchange, isLost }: Closed): void {
  if (!isLost) open.get(exchange)?.keep();
  open.delete(exchange);
}

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}

/** A Buffer arrives from another thread as the bytes that it is. */
function bufferOf({ buffer, byteLength, byteOffset }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
