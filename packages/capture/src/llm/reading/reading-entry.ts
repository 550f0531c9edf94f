import { createHmac, randomBytes } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { Redactor } from "@custody/secrets";
import { ReadingRoom } from "./reading-room.ts";
import type { FromThread, ToThread } from "./thread-messages.ts";

/** New with each thread: what stands in a secret's place can be compared within a session, and with nothing else. */
const key = randomBytes(32);

const room = new ReadingRoom(
  (session) => new Redactor({ key: createHmac("sha256", key).update(session).digest() }),
);

parentPort?.on("message", (message: ToThread) => {
  if (!("id" in message)) {
    attempt(() => told(message));
    return;
  }
  const { id } = message;
  try {
    send({ answer: asked(message), id });
  } catch (error) {
    send({ failure: (error as Error).message, id });
  }
});

function send(message: FromThread): void {
  parentPort?.postMessage(message);
}

/** An exchange that is not open any more is nobody's. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {}
}

function told(message: Exclude<ToThread, { readonly id: number }>): void {
  switch (message.kind) {
    case "open":
      return room.open(message.exchange, message.head);
    case "begin":
      return room.begin(message.exchange, message.head);
    case "piece":
      return room.piece(message.exchange, bufferOf(message.bytes));
    case "close":
      return room.close(message.exchange);
  }
}

function asked(message: Extract<ToThread, { readonly id: number }>) {
  switch (message.kind) {
    case "request":
      return room.request(message.exchange, bufferOf(message.body), message.codings);
    case "content":
      return room.content(message.exchange);
    case "answer":
      return room.answer(message.exchange);
  }
}

/** A Buffer arrives from another thread as the bytes that it is. */
function bufferOf({ buffer, byteLength, byteOffset }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
