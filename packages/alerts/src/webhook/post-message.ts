import { AlertError } from "../error.ts";
import { parseSecret, signMessage } from "./signature.ts";

/** One attempt at one message. Plain data: it goes to another thread. */
export interface WebhookPost {
  readonly url: string;
  readonly secret: string;
  /** The same for each attempt. */
  readonly id: string;
  readonly body: string;
}

/** Receivers that do much with a message are to do it later. */
const TIMEOUT_MS = 10_000;

/** The `fetch` of the process; a package does not take it from around itself. */
export type Fetch = typeof globalThis.fetch;

/**
 * Sends a message. It arrived when the answer is any 2xx; nothing else of the answer is read, and no redirect is
 * followed, since nobody has said that the message may go there. Returns the status.
 *
 * @throws AlertError WEBHOOK_FAILED, WEBHOOK_SECRET_INVALID
 */
export async function postMessage(
  { body, id, secret, url }: WebhookPost,
  { fetch, nowMs }: { readonly fetch: Fetch; readonly nowMs: () => number },
): Promise<number> {
  const signed = signMessage(id, body, parseSecret(secret), nowMs());
  const status = await answerStatus(fetch, url, {
    body,
    headers: { ...signed, "content-type": "application/json", "user-agent": "custody" },
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (status >= 200 && status < 300) return status;
  const what = status >= 300 && status < 400 ? "a redirect, which is not followed" : "no yes";
  throw new AlertError("WEBHOOK_FAILED", `the answer was HTTP ${status}, ${what}`);
}

async function answerStatus(fetch: Fetch, url: string, request: RequestInit): Promise<number> {
  try {
    const response = await fetch(url, request);
    await response.body?.cancel();
    return response.status;
  } catch (cause) {
    throw new AlertError("WEBHOOK_FAILED", reasonOf(cause as Error), { cause });
  }
}

/** `fetch` says only that it failed; what happened is in the cause. Neither has anything of the message in it. */
function reasonOf(error: Error): string {
  if (error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} seconds`;
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return `nobody answers: ${cause?.code ?? cause?.message ?? error.message}`;
}
