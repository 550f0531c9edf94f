import type { RecordRow } from "@custody/domain";
import { ApiProblem } from "../api/problem.ts";
import { request } from "../api/request.ts";
import { backOffMs } from "./back-off.ts";
import { SseParser, type StreamEvent } from "./sse-parser.ts";

export type Connection = "connecting" | "live" | "reconnecting";

export interface Follower {
  readonly onRow: (row: RecordRow) => void;
  /** The gap is too large to be sent row by row: the list has to be loaded again. */
  readonly onSnapshot: () => void;
  readonly onConnection: (connection: Connection) => void;
}

/** The server says something at least each 15 seconds; a connection that is silent for longer is dead. */
const SILENCE_MS = 40_000;

/** Follows the stream from behind entry `after`, for ever, until `signal`; reconnects and resumes where it was. */
export async function followRecords(
  query: string,
  after: number,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  let last = after >= 0 ? String(after) : "";
  let failures = 0;
  follower.onConnection("connecting");
  while (!signal.aborted) {
    try {
      await readStream(query, last, signal, {
        onOpen: () => {
          failures = 0;
          follower.onConnection("live");
        },
        onEvent: (event) => {
          if (event.id !== "") last = event.id;
          if (event.event === "record") follower.onRow(JSON.parse(event.data) as RecordRow);
          if (event.event === "snapshot") follower.onSnapshot();
        },
      });
    } catch (error) {
      // Without access there is nothing to come back to: the page shows the sign-in by now.
      if (signal.aborted || (error instanceof ApiProblem && error.status === 401)) return;
    }
    if (signal.aborted) return;
    follower.onConnection("reconnecting");
    await pause(backOffMs(failures, Math.random()), signal);
    failures += 1;
  }
}

interface Reading {
  readonly onOpen: () => void;
  readonly onEvent: (event: StreamEvent) => void;
}

async function readStream(query: string, last: string, signal: AbortSignal, reading: Reading): Promise<void> {
  const silence = new AbortController();
  const headers = { accept: "text/event-stream", ...(last !== "" && { "last-event-id": last }) };
  const response = await request(`/api/stream?${query}`, {
    headers,
    signal: AbortSignal.any([signal, silence.signal]),
  });
  reading.onOpen();
  const parser = new SseParser();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const piece = await reader?.read().finally(() => clearTimeout(timer));
    if (piece === undefined || piece.done) return;
    for (const event of parser.push(piece.value)) reading.onEvent(event);
  }
}

/** Ends early when the machine says that the network is back, or when nobody waits any more. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    }
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
