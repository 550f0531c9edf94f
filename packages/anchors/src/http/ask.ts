import { AnchorError } from "../error.ts";

/** How a package without a network of its own asks somebody. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Question {
  readonly url: string;
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** The answer may be no longer. */
  readonly bytesMax: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const TIMEOUT_MS = 10_000;

/**
 * Asks once, and reads the whole answer. `who` is asked, for errors.
 *
 * @throws AnchorError PLACE_UNREACHABLE, PLACE_ANSWER_INVALID
 */
export async function ask(fetch: Fetch, who: string, question: Question): Promise<Answer> {
  const { bytesMax, url, ...init } = question;
  let response: Response;
  let body: Buffer | undefined;
  try {
    // Who keeps checkpoints is ours to say, so whoever answers does not send us elsewhere.
    response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    body = await readBody(response, bytesMax);
  } catch (cause) {
    throw new AnchorError(
      "PLACE_UNREACHABLE",
      `${who} does not answer: ${reasonOf(cause)} — it is tried again`,
      { cause },
    );
  }
  if (body === undefined)
    throw new AnchorError(
      "PLACE_ANSWER_INVALID",
      `${who} answers with more than ${bytesMax} bytes — check its address`,
    );
  return { status: response.status, headers: response.headers, body };
}

/** Undefined when it is too long. */
async function readBody(response: Response, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What fetch says itself is always "fetch failed". */
function reasonOf(error: unknown): string {
  const { cause, message, name } = error as Error & { cause?: Error & { code?: string } };
  if (name === "TimeoutError") return `nothing came within ${TIMEOUT_MS / 1000} seconds`;
  return cause?.message || cause?.code || message;
}
