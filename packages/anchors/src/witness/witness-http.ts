import { AnchorError } from "../error.ts";

/** How a package without a network of its own asks somebody. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface WitnessReply {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const TIMEOUT_MS = 10_000;
/** A few lines of signatures, or a note with all of them. */
const ANSWER_BYTES_MAX = 1024 * 1024;

/** Asks a witness one question. @throws AnchorError PLACE_UNREACHABLE, PLACE_ANSWER_INVALID */
export async function askWitness(fetch: Fetch, url: string, body?: string): Promise<WitnessReply> {
  let response: Response;
  let text: string | undefined;
  try {
    response = await fetch(url, {
      ...(body === undefined ? {} : { body, method: "POST" }),
      // Whoever answers is known by a signature; where it came from is ours to say.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await readText(response);
  } catch (cause) {
    throw new AnchorError(
      "PLACE_UNREACHABLE",
      `${url} does not answer: ${reasonOf(cause)} — it is tried again`,
      { cause },
    );
  }
  if (text === undefined)
    throw new AnchorError("PLACE_ANSWER_INVALID", `${url} answers with more than a witness has to say`);
  return { contentType: response.headers.get("content-type") ?? "", status: response.status, text };
}

async function readText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > ANSWER_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What fetch says itself is always "fetch failed". */
function reasonOf(error: unknown): string {
  const { cause, message, name } = error as Error & { cause?: Error & { code?: string } };
  if (name === "TimeoutError") return `nothing came within ${TIMEOUT_MS / 1000} seconds`;
  return cause?.message || cause?.code || message;
}
