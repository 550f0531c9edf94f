import { AnchorError } from "../error.ts";

/** The `fetch` of the platform, or another one. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Question {
  readonly url: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** The answer may be no longer. */
  readonly bytesMax: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const TIMEOUT_MS = 20_000;

/**
 * Asks once, and reads the whole answer. Redirects are not followed: whoever keeps checkpoints is named exactly.
 *
 * @throws AnchorError PLACE_UNREACHABLE, PLACE_ANSWER_INVALID
 */
export async function ask(fetch: Fetch, name: string, question: Question): Promise<Answer> {
  const { body, bytesMax, headers, method, url } = question;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const answer = await readBody(response, bytesMax);
    if (answer === undefined)
      throw new AnchorError("PLACE_ANSWER_INVALID", `${name} answers with more than ${bytesMax} bytes`);
    return { status: response.status, headers: response.headers, body: answer };
  } catch (cause) {
    if (cause instanceof AnchorError) throw cause;
    throw new AnchorError("PLACE_UNREACHABLE", `${name} does not answer: ${reasonOf(cause)}`, { cause });
  }
}

/** Undefined when it is too long: then nobody reads on. */
async function readBody(response: Response, bytesMax: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > bytesMax) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** `fetch failed` says nothing; the cause inside of it does. */
function reasonOf(error: unknown): string {
  const { cause, message, name } = error as { cause?: unknown; message?: string; name?: string };
  if (name === "TimeoutError") return `not within ${TIMEOUT_MS / 1000} s`;
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return code ?? inner ?? message ?? "no reason given";
}
