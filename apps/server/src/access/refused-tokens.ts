import { createHash } from "node:crypto";
import { OPERATOR } from "@custody/identity";
import { HttpProblem } from "../http/http-problem.ts";
import type { DataPathLink } from "../process/data-path-link.ts";
import type { AccessLog } from "./access-log.ts";
import type { FailedAttempts } from "./failed-attempts.ts";

export interface RefusedTokensOptions {
  readonly accessLog: Pick<AccessLog, "denied" | "refused">;
  readonly attempts: FailedAttempts;
  readonly link: Pick<DataPathLink, "ask">;
  readonly nowMs: () => number;
}

/** Says no to whoever shows a token that is not valid, and has that put on record. */
export class RefusedTokens {
  readonly #options: RefusedTokensOptions;

  constructor(options: RefusedTokensOptions) {
    this.#options = options;
  }

  /** The data path is asked about the first tokens of an address only: agents wait for it. @throws HttpProblem */
  refuse(shown: string, asking: { readonly address: string; readonly route: string }): never {
    const { accessLog, attempts, nowMs } = this.#options;
    try {
      attempts.count(asking.address, "a wrong token", nowMs());
    } catch (error) {
      void accessLog.refused(asking.address);
      throw error;
    }
    // Whoever guesses need not wait until that is written.
    void this.#unknown(shown, asking.address, asking.route);
    throw new HttpProblem("token-refused", "this token is not valid, or not any more");
  }

  /** An agent's token opens its database, and nothing here; that it was tried is another matter than a guess. */
  async #unknown(shown: string, address: string, route: string): Promise<void> {
    const { accessLog, link } = this.#options;
    const agent = await link.ask("agentOf", { tokenDigest: tokenDigest(shown) }).catch(() => null);
    if (agent === null) return accessLog.refused(address);
    return accessLog.denied(OPERATOR, address, route, agent);
  }
}

/** As the data path knows tokens: SHA-256 in base64. */
export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
