import { setTimeout as sleep } from "node:timers/promises";
import { LedgerError } from "@custody/ledger";

/** The `fetch` of the process; a package does not take it from around itself. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A service that seals and unseals. */
export interface Service {
  /** For people: what it is, and where. */
  readonly name: string;
  readonly fetch: Fetch;
  /** What may never stand in an error, even when the service repeats it. */
  readonly secrets: readonly string[];
}

export interface ServiceRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ServiceAnswer {
  readonly status: number;
  /** Undefined when it is no JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

const TIMEOUT_MS = 10_000;

/** Only a service that says of itself that it failed is asked again: whatever else is wrong stays wrong. */
const PAUSES_MS = [200, 1000];

/** Far more than any answer has. */
const ANSWER_BYTES_MAX = 64 * 1024;

/**
 * Posts a request, anew for each attempt, since a signature has a time. Redirections are not followed: they would carry
 * token and key to another host.
 *
 * @throws LedgerError MASTER_KEY_UNAVAILABLE
 */
export async function askService(
  service: Service,
  request: () => Promise<ServiceRequest>,
): Promise<ServiceAnswer> {
  for (const pauseMs of [...PAUSES_MS, undefined]) {
    const answer = await askOnce(service, await request());
    if (answer.status < 500 || pauseMs === undefined) return answer;
    await sleep(pauseMs);
  }
  throw new Error("unreachable");
}

async function askOnce(service: Service, { url, headers, body }: ServiceRequest): Promise<ServiceAnswer> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await service.fetch(url, { body, headers, method: "POST", redirect: "manual", signal });
    return { json: parse(await readText(response)), status: response.status };
  } catch (cause) {
    throw unavailable(service, `it does not answer (${reasonOf(cause)})`, "correct its address, or start it");
  }
}

/** What is wrong, in the form that all errors of services have; whatever the service said is made short and plain. */
export function unavailable(service: Service, what: string, advice: string): LedgerError {
  const message = `the master key is kept by ${service.name}: ${plain(what, service.secrets)} — ${advice}`;
  return new LedgerError("MASTER_KEY_UNAVAILABLE", message);
}

/** At most a line, without what a screen must not get, and without secrets. */
export function plain(text: string, secrets: readonly string[]): string {
  // What has fewer characters is no secret, and would take letters out of words.
  const long = secrets.filter(({ length }) => length >= 4);
  const masked = long.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  const line = masked.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error("its answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): ServiceAnswer["json"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `fetch` says only that it failed; what happened is in the cause. */
function reasonOf(error: unknown): string {
  const { cause, message, name } = error as Error;
  if (name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} s`;
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return code ?? inner ?? message;
}
