import { ApiProblem } from "../api/problem.ts";
import { type RequestOptions, request } from "../api/request.ts";
import { backOffMs } from "./back-off.ts";
import { SseParser, type StreamEvent } from "./sse-parser.ts";

export type Connection = "connecting" | "live" | "reconnecting";

export interface EventFollower {
  readonly onEvent: (event: StreamEvent) => void;
  readonly onConnection?: (connection: Connection) => void;
}

/** The server says something at least each 15 seconds; a connection that is silent for longer is dead. */
const SILENCE_MS = 40_000;

/** Follows a stream from behind the event `after`, for ever, until `signal`; reconnects and resumes where it was. */
export async function followEvents(
  path: string,
  after: string,
  { onConnection = () => {}, onEvent }: EventFollower,
  signal: AbortSignal,
): Promise<void> {
  let last = after;
  let failures = 0;
  onConnection("connecting");
  while (!signal.aborted) {
    try {
      await readStream(path, last, signal, {
        onEvent: (event) => {
          if (event.id !== "") last = event.id;
          onEvent(event);
        },
        onOpen: () => {
          failures = 0;
          onConnection("live");
        },
      });
    } catch (error) {
      // Without access there is nothing to come back to: the page shows the sign-in by now.
      if (signal.aborted || (error instanceof ApiProblem && error.status === 401)) return;
    }
    if (signal.aborted) return;
    onConnection("reconnecting");
    await pause(backOffMs(failures, Math.random()), signal);
    failures += 1;
  }
}

interface Reading {
  readonly onOpen: () => void;
  readonly onEvent: (event: StreamEvent) => void;
}

async function readStream(path: string, last: string, signal: AbortSignal, reading: Reading): Promise<void> {
  const headers = last === "" ? {} : { "last-event-id": last };
  await readEvents(path, { headers, signal }, reading.onEvent, reading.onOpen);
}

/** Reads a stream to its end, once. What `onEvent` throws ends it. */
export async function readEvents(
  path: string,
  options: RequestOptions & { readonly signal: AbortSignal },
  onEvent: (event: StreamEvent) => void,
  onOpen: () => void = () => {},
): Promise<void> {
  const silence = new AbortController();
  const response = await request(path, {
    ...options,
    headers: { accept: "text/event-stream", ...options.headers },
    signal: AbortSignal.any([options.signal, silence.signal]),
  });
  onOpen();
  const parser = new SseParser();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const piece = await reader?.read().finally(() => clearTimeout(timer));
    if (piece === undefined || piece.done) return;
    for (const event of parser.push(piece.value)) onEvent(event);
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
