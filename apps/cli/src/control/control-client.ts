import { dataDirectory } from "../config/data-directory.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { readLocalToken } from "./local-token.ts";
import { readServerFile } from "./server-file.ts";

const TIMEOUT_MS = 30_000;

/** How a command talks to the running server. */
export class ControlClient {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** @throws CliError SERVER_UNREACHABLE, TOKEN_MISSING */
  static find(environment: Environment, options: { readonly data?: string | undefined }): ControlClient {
    const { variables } = environment;
    const given = { token: variables["CUSTODY_TOKEN"], url: variables["CUSTODY_URL"] };
    if (given.token && given.url) return new ControlClient(given.url, given.token);
    const directory = dataDirectory(environment, options);
    const url = given.url || readServerFile(directory)?.url;
    if (url === undefined)
      throw new CliError(
        "SERVER_UNREACHABLE",
        `no server runs on ${directory}`,
        "start one with `custody up`",
      );
    const token = given.token || readLocalToken(directory);
    if (token === undefined)
      throw new CliError(
        "TOKEN_MISSING",
        `${directory} has no local.token`,
        "set CUSTODY_TOKEN, or name the data directory",
      );
    return new ControlClient(url, token);
  }

  /** @throws CliError SERVER_UNREACHABLE, SERVER_REFUSED */
  async request(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    const response = await this.#fetch(method, path, body);
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer;
    const { error } = (answer ?? {}) as { error?: { code?: string; message?: string } };
    const what = `the server said no: ${error?.message ?? `HTTP ${response.status}`}`;
    const advice = error?.code === "token-refused" ? "use its own token" : "correct the request";
    throw new CliError("SERVER_REFUSED", what, advice);
  }

  async #fetch(method: string, path: string, body: unknown): Promise<Response> {
    try {
      return await fetch(new URL(path, this.#url), {
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
        method,
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      const what = `the server at ${this.#url} does not answer`;
      throw new CliError("SERVER_UNREACHABLE", what, "start it with `custody up`, or correct CUSTODY_URL", {
        cause,
      });
    }
  }
}
