import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { resolve } from "node:path";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { type Answer, ask, askStream, isDistrust, type ServerTrust } from "./ask.ts";
import { readCredentials } from "./credentials-file.ts";
import { readLocalToken } from "./local-token.ts";
import { readServerFile } from "./server-file.ts";

interface ClientOptions {
  readonly data?: string | undefined;
  readonly config?: string | undefined;
}

interface Server {
  readonly url: string;
  readonly trust: ServerTrust;
  /** How long it may take to answer. */
  readonly timeoutMs?: number;
}

/** How a command talks to the running server. */
export class ControlClient {
  readonly #server: Server;
  readonly #token: string | undefined;
  /** Where the token came from, for whom it is refused. */
  readonly #tokenPlace: string;
  /** Who asks where this one may not. */
  readonly #next: ControlClient | undefined;

  private constructor(server: Server, token: string | undefined, tokenPlace: string, next?: ControlClient) {
    this.#server = server;
    this.#token = token;
    this.#tokenPlace = tokenPlace;
    this.#next = next;
  }

  /**
   * Whoever signed in here asks, so that records say who it was; and where they may not, or not any more, the machine's own
   * token does, which lies in the same folder. CUSTODY_TOKEN goes before both.
   *
   * @throws CliError SERVER_UNREACHABLE, TOKEN_MISSING, FILE_UNUSABLE
   */
  static find(environment: Environment, options: ClientOptions): ControlClient {
    const { variables } = environment;
    const named = namedServer(environment);
    const givenToken = variables["CUSTODY_TOKEN"];
    if (givenToken && named) return new ControlClient(named, givenToken, "CUSTODY_TOKEN");
    const directory = dataDirectoryToRead(environment, options);
    const stored = readCredentials(directory, Date.now());
    const running = named ?? runningServer(directory);
    const server = running ?? (stored && { trust: authorityOf(environment), url: stored.url });
    if (server === undefined) throw unreachable(directory);
    if (givenToken) return new ControlClient(server, givenToken, "CUSTODY_TOKEN");
    const found = ControlClient.#withTokenOf(server, directory, running !== undefined);
    if (found === undefined)
      throw new CliError(
        "TOKEN_MISSING",
        `${directory} has no local.token, and nobody signed in`,
        "run `custody login`, set CUSTODY_TOKEN, or name the data directory",
      );
    return found;
  }

  /** For what nobody has to say who they are for: signing in. `url` goes before what the environment says. */
  static unsigned(environment: Environment, options: ClientOptions, url?: string): ControlClient {
    const named = namedServer(
      url === undefined
        ? environment
        : { ...environment, variables: { ...environment.variables, CUSTODY_URL: url } },
    );
    const directory = dataDirectoryToRead(environment, options);
    const running = runningServer(directory);
    // The server of this machine is known by its certificate, however it was named.
    const isRunning = running !== undefined && named !== undefined && isSameOrigin(running.url, named.url);
    const server = isRunning ? running : (named ?? running);
    if (server === undefined) throw unreachable(directory);
    return new ControlClient(server, undefined, "nothing");
  }

  /**
   * The server that runs on this very directory, whatever the environment names; undefined where none does.
   *
   * @throws CliError TOKEN_MISSING; whatever keeps local.token from being read
   */
  static runningOn(directory: string, timeoutMs: number): ControlClient | undefined {
    const server = runningServer(directory);
    if (server === undefined) return undefined;
    const found = ControlClient.#withTokenOf({ ...server, timeoutMs }, directory, true);
    if (found === undefined)
      throw new CliError(
        "TOKEN_MISSING",
        `${directory} has no local.token, and nobody signed in`,
        "run `custody login`",
      );
    return found;
  }

  /** With the tokens that lie in a directory; undefined where there is none. `isRunning`: on this machine, as far as it says. */
  static #withTokenOf(server: Server, directory: string, isRunning: boolean): ControlClient | undefined {
    const stored = readCredentials(directory, Date.now());
    // A token is for the server that gave it, and is shown to no other.
    const isStoredFor = stored !== undefined && isSameOrigin(stored.url, server.url);
    const local = isRunning ? readLocalToken(directory) : undefined;
    const machine =
      local === undefined ? undefined : new ControlClient(server, local, `local.token in ${directory}`);
    const person = isStoredFor
      ? new ControlClient(server, stored.token, "what `custody login` left", machine)
      : undefined;
    return person ?? machine;
  }

  /** As the machine, whoever signed in here. @throws CliError TOKEN_MISSING */
  get asMachine(): ControlClient {
    const machine = this.#next ?? this;
    if (machine.#isMachine) return machine;
    throw new CliError("TOKEN_MISSING", "there is no local.token here", "run it where the server runs");
  }

  get #isMachine(): boolean {
    return this.#tokenPlace.startsWith("local.token ");
  }

  /** The same server, asked with a token that it gave just now. */
  withToken(token: string): ControlClient {
    return new ControlClient(this.#server, token, "the token that it gave");
  }

  get url(): string {
    return this.#server.url;
  }

  /** @throws CliError SERVER_UNREACHABLE, SERVER_UNTRUSTED, SERVER_REFUSED */
  async request(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    const { answer, isYes, status } = await this.try(method, path, body);
    if (isYes) return answer;
    if (this.#next !== undefined && (status === 401 || status === 403)) {
      const second = await this.#next.try(method, path, body);
      if (second.isYes) return second.answer;
    }
    const { error } = (answer ?? {}) as { error?: { code?: string; message?: string } };
    const what = `the server said no: ${error?.message ?? `HTTP ${status}`}`;
    const advice =
      error?.code === "token-refused"
        ? `${this.#tokenPlace} is not its token, or not any more; the machine's own stands in local.token of the server's data directory`
        : "correct the request";
    throw new CliError("SERVER_REFUSED", what, advice);
  }

  /** The same where a "no" is an answer. @throws CliError SERVER_UNREACHABLE, SERVER_UNTRUSTED */
  async try(
    method: "GET" | "POST",
    path: string,
    body?: unknown,
  ): Promise<{ readonly answer: unknown; readonly isYes: boolean; readonly status: number }> {
    const { status, text } = await this.#ask(method, path, body);
    const answer = parse(text);
    return { answer, isYes: status >= 200 && status < 300 && answer !== undefined, status };
  }

  /** An answer that goes on; `signal` ends it. @throws CliError SERVER_UNREACHABLE, SERVER_UNTRUSTED */
  async stream(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { trust, url } = this.#server;
    try {
      return await askStream(new URL(path, url), { method: "GET", token: this.#token, trust }, signal);
    } catch (cause) {
      throw this.#unanswered(cause);
    }
  }

  async #ask(method: string, path: string, body: unknown): Promise<Answer> {
    const { timeoutMs, trust, url } = this.#server;
    try {
      return await ask(new URL(path, url), {
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        method,
        timeoutMs,
        token: this.#token,
        trust,
      });
    } catch (cause) {
      throw this.#unanswered(cause);
    }
  }

  #unanswered(cause: unknown): CliError {
    const { trust, url } = this.#server;
    if (isDistrust(cause)) {
      const what = `the certificate of ${url} is not trusted (${cause.code})`;
      const advice =
        trust.sha256 === undefined
          ? "name the certificate of its authority with CUSTODY_CA"
          : "it is not the one in server.json; find out who answers there";
      return new CliError("SERVER_UNTRUSTED", what, advice, { cause });
    }
    const what = `the server at ${url} does not answer`;
    return new CliError("SERVER_UNREACHABLE", what, "start it with `custody up`, or correct CUSTODY_URL", {
      cause,
    });
  }
}

function isSameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

function unreachable(directory: string): CliError {
  return new CliError("SERVER_UNREACHABLE", `no server runs on ${directory}`, "start one with `custody up`");
}

/** CUSTODY_URL, with the authority of CUSTODY_CA if its certificate is of none that Node.js knows. */
function namedServer(environment: Environment): Server | undefined {
  const url = environment.variables["CUSTODY_URL"];
  if (!url) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError("USAGE", `${url} is no address of a server`, "write it as https://custody.example");
  return { trust: authorityOf(environment), url };
}

function authorityOf({ variables, workingDirectory }: Environment): ServerTrust {
  const authority = variables["CUSTODY_CA"];
  if (!authority) return {};
  const file = resolve(workingDirectory, authority);
  try {
    return { authority: readFileSync(file, "utf8") };
  } catch (cause) {
    const what = `${file} cannot be read`;
    throw new CliError("FILE_UNUSABLE", what, "let CUSTODY_CA name a certificate in PEM", { cause });
  }
}

function runningServer(directory: string): Server | undefined {
  const found = readServerFile(directory);
  if (found === undefined) return undefined;
  const { certificateSha256, url } = found;
  return { trust: certificateSha256 === undefined ? {} : { sha256: certificateSha256 }, url };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
