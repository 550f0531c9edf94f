import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import { askSecret, readSecret } from "../terminal/ask-secret.ts";

interface Token {
  readonly token: string;
  readonly expires: string;
}

export interface PasswordOptions {
  readonly name: string;
  readonly code?: string | undefined;
  readonly isPasswordOnStdin: boolean;
}

/** Signs in with what somebody knows. The code of a second factor is asked for where there is one. */
export async function signInWithPassword(client: ControlClient, options: PasswordOptions): Promise<Token> {
  const { code, isPasswordOnStdin, name } = options;
  const password = isPasswordOnStdin ? await readSecret() : await askSecret(`Password of ${name}: `);
  const given = { name, password, ...(code === undefined ? undefined : { code }) };
  const { answer, isYes } = await client.try("POST", "/api/sign-in/token", given);
  if (isYes) return answer as Token;
  if (codeOf(answer) !== "code-needed") throw refused(answer);
  if (isPasswordOnStdin)
    throw new CliError("SERVER_REFUSED", "the code of the second factor is missing", "write --code CODE");
  const asked = await askSecret("Code of the second factor: ");
  return (await client.request("POST", "/api/sign-in/token", { ...given, code: asked })) as Token;
}

interface Begun {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri_complete: string;
  readonly verification_uri: string;
  readonly expires_in: number;
  readonly interval: number;
}

/** Waits until somebody who is signed in elsewhere has confirmed it: RFC 8628. */
export async function signInByDevice(
  client: ControlClient,
  tell: (lines: readonly string[]) => void,
): Promise<Token> {
  const begun = (await client.request("POST", "/api/device", { client: hostname() })) as Begun;
  tell([
    `open ${begun.verification_uri_complete}`,
    `or, where you are signed in already: custody login --approve ${begun.user_code}`,
  ]);
  const endMs = performance.now() + begun.expires_in * 1000;
  while (performance.now() < endMs) {
    await sleep(begun.interval * 1000);
    const { answer, isYes } = await client.try("POST", "/api/device/token", {
      device_code: begun.device_code,
    });
    if (isYes) return answer as Token;
    if (codeOf(answer) !== "authorization-pending") throw refused(answer);
  }
  throw new CliError("SERVER_REFUSED", "nobody confirmed this in time", "run `custody login` again");
}

function problemOf(answer: unknown): { readonly code?: string; readonly message?: string } {
  return (answer as { error?: { code?: string; message?: string } } | undefined)?.error ?? {};
}

function codeOf(answer: unknown): string | undefined {
  return problemOf(answer).code;
}

function refused(answer: unknown): CliError {
  return new CliError("SERVER_REFUSED", `the server said no: ${problemOf(answer).message}`, "try again");
}
