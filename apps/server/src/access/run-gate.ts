import type { FastifyRequest } from "fastify";
import { HttpProblem } from "../http/http-problem.ts";
import type { DataPathLink } from "../process/data-path-link.ts";
import { shownToken } from "./bearer-token.ts";
import { RefusedTokens, type RefusedTokensOptions, tokenDigest } from "./refused-tokens.ts";

/** A run as its own channel is asked by: which session's, and by what the data path knows its token. */
export interface AskingRun {
  readonly session: string;
  readonly tokenDigest: string;
}

/** Lets the `custody run` of a session in to what is its own, and nobody else: not the agent, nor whoever is signed in. */
export class RunGate {
  readonly #link: Pick<DataPathLink, "ask">;
  readonly #refused: RefusedTokens;

  constructor(options: RefusedTokensOptions) {
    this.#link = options.link;
    this.#refused = new RefusedTokens(options);
  }

  /** Before the body is read. @throws HttpProblem */
  async admit(request: FastifyRequest): Promise<AskingRun> {
    const shown = shownToken(request.headers.authorization);
    if (shown === undefined) throw new HttpProblem("token-refused", "show the run's token as a bearer token");
    const run = { session: (request.params as { id: string }).id, tokenDigest: tokenDigest(shown) };
    try {
      await this.#link.ask("run", { act: "check", request: undefined, ...run });
    } catch (error) {
      if (!(error instanceof HttpProblem) || error.code !== "token-refused") throw error;
      const route = `${request.method} ${request.routeOptions.url ?? "nowhere"}`;
      this.#refused.refuse(shown, { address: request.ip, route });
    }
    request.letStay();
    return run;
  }
}
