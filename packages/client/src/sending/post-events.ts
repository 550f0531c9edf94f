import type { Source } from "@custody/domain";
import type { Waiting } from "./event-queue.ts";

const PATIENCE_MS = 60_000;

/** What the server says to a batch. */
export type Answer =
  | { readonly kind: "taken" }
  /** Number `expected` of the source is missing before the event at `at`; those before it are taken. */
  | { readonly kind: "missing"; readonly at: number; readonly expected: number }
  /** The event at `at` is none that the server takes, whenever it is sent; nothing of the batch is taken. */
  | { readonly kind: "wrong"; readonly at: number; readonly reason: string }
  /** Nothing of it is taken, and it may be later. */
  | { readonly kind: "refused"; readonly reason: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: "unreachable"; readonly reason: string };

export interface PostOptions {
  readonly url: string;
  readonly token: string;
  readonly source: Omit<Source, "kind" | "sequence" | "vantage">;
  /** What is taken off the numbers of the events. */
  readonly base: number;
}

/** Sends events to `POST /api/log`, one JSON object a line. Does not throw. */
export async function postEvents(events: readonly Waiting[], options: PostOptions): Promise<Answer> {
  const { base, source, token, url } = options;
  const lines = events.map(({ json, sequence }) => {
    const own = JSON.stringify({ ...source, sequence: sequence - base });
    return `{"source":${own},${json.slice(1)}`;
  });
  try {
    const answer = await fetch(url, {
      body: lines.join("\n"),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
      method: "POST",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return read(answer, await answer.text());
  } catch (error) {
    return { kind: "unreachable", reason: reasonOf(error) };
  }
}

function read(answer: Response, body: string): Answer {
  if (answer.ok) return { kind: "taken" };
  const { code, expected, message, record } = problemIn(body);
  const reason = message ?? `the server answered ${answer.status}`;
  if (code === "reports-missing" && typeof record === "number" && typeof expected === "number")
    return { at: record, expected, kind: "missing" };
  if ((code === "request-invalid" || code === "body-malformed") && typeof record === "number")
    return { at: record, kind: "wrong", reason };
  if (answer.status >= 500 && answer.status !== 503) return { kind: "unreachable", reason };
  const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
  return { kind: "refused", reason, retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined };
}

interface Problem {
  readonly code?: unknown;
  readonly message?: string;
  readonly record?: unknown;
  readonly expected?: unknown;
}

function problemIn(body: string): Problem {
  try {
    return (JSON.parse(body) as { error?: Problem }).error ?? {};
  } catch {
    return {};
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message || message : message;
}
