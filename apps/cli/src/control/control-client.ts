import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { type Answer, ask, isDistrust, type ServerTrust } from "./ask.ts";
import { readLocalToken } from "./local-token.ts";
import { readServerFile } from "./server-file.ts";

interface Server {
  readonly url: string;
  readonly trust: ServerTrust;
}

/** How a command talks to the running server. */
export class ControlClient {
  readonly #server: Server;
  readonly #token: string;
  /** Where the token came from, for whom it is refused. */
  readonly #tokenPlace: string;

  private constructor(server: Server, token: string, tokenPlace: string) {
    this.#server = server;
    this.#token = token;
    this.#tokenPlace = tokenPlace;
  }

  /** @throws CliError SERVER_UNREACHABLE, TOKEN_MISSING, FILE_UNUSABLE */
  static find(
    environment: Environment,
    options: { readonly data?: string | undefined; readonly config?: string | undefined },
  ): ControlClient {
    const { variables } = environment;
    const named = namedServer(environment);
    const givenToken = variables["CUSTODY_TOKEN"];
    if (givenToken && named) return new ControlClient(named, givenToken, "CUSTODY_TOKEN");
    const directory = dataDirectoryToRead(environment, options);
    const server = named ?? runningServer(directory);
    if (server === undefined)
      throw new CliError(
        "SERVER_UNREACHABLE",
        `no server runs on ${directory}`,
        "start one with `custody up`",
      );
    const token = givenToken || readLocalToken(directory);
    if (token === undefined)
      throw new CliError(
        "TOKEN_MISSING",
        `${directory} has no local.token`,
        "set CUSTODY_TOKEN, or name the data directory",
      );
    return new ControlClient(server, token, givenToken ? "CUSTODY_TOKEN" : `local.token in ${directory}`);
  }

  /** @throws CliError SERVER_UNREACHABLE, SERVER_UNTRUSTED, SERVER_REFUSED */
  async request(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    const { status, text } = await this.#ask(method, path, body);
    const answer = parse(text);
    if (status >= 200 && status < 300 && answer !== undefined) return answer;
    const { error } = (answer ?? {}) as { error?: { code?: string; message?: string } };
    const what = `the server said no: ${error?.message ?? `HTTP ${status}`}`;
    const advice =
      error?.code === "token-refused"
        ? `${this.#tokenPlace} is not its token; that stands in local.token of the server's data directory`
        : "correct the request";
    throw new CliError("SERVER_REFUSED", what, advice);
  }

  async #ask(method: string, path: string, body: unknown): Promise<Answer> {
    const { trust, url } = this.#server;
    try {
      return await ask(new URL(path, url), {
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        method,
        token: this.#token,
        trust,
      });
    } catch (cause) {
      if (isDistrust(cause)) {
        const what = `the certificate of ${url} is not trusted (${cause.code})`;
        const advice =
          trust.sha256 === undefined
            ? "name the certificate of its authority with CUSTODY_CA"
            : "it is not the one in server.json; find out who answers there";
        throw new CliError("SERVER_UNTRUSTED", what, advice, { cause });
      }
      const what = `the server at ${url} does not answer`;
      throw new CliError("SERVER_UNREACHABLE", what, "start it with `custody up`, or correct CUSTODY_URL", {
        cause,
      });
    }
  }
}

/** CUSTODY_URL, with the authority of CUSTODY_CA if its certificate is of none that Node.js knows. */
function namedServer({ variables, workingDirectory }: Environment): Server | undefined {
  const { CUSTODY_CA: authority, CUSTODY_URL: url } = variables;
  if (!url) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError("USAGE", "CUSTODY_URL is no address", "write it as https://custody.example");
  if (!authority) return { trust: {}, url };
  const file = resolve(workingDirectory, authority);
  try {
    return { trust: { authority: readFileSync(file, "utf8") }, url };
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
