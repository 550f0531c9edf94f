import type { IncomingHttpHeaders } from "node:http";
import { type Act, type Directory, may, OPERATOR, OPERATOR_PAGE, type Principal } from "@custody/identity";
import { HttpProblem } from "../http/http-problem.ts";
import type { DataPathLink } from "../process/data-path-link.ts";
import type { AccessLog } from "./access-log.ts";
import { isSameSecret, shownToken } from "./bearer-token.ts";
import type { FailedAttempts } from "./failed-attempts.ts";
import { isPageToken } from "./page-token.ts";
import { RefusedTokens } from "./refused-tokens.ts";
import { shownSession } from "./session-cookie.ts";
import type { SessionUse } from "./session-use.ts";

/**
 * What it takes to use a route: an act of the table of roles, or one of these.
 *
 * - `page`: nothing, also by following a link from elsewhere: the page itself, which shows nothing by itself.
 * - `public`: nothing, but no other website.
 * - `local`: to be a program of this machine, or to read metrics. Not without a token where `publicUrl` leads here from
 *   elsewhere: not every proxy says that it speaks for others.
 * - `run`: to show the token of the run that the path names; the route asks the data path about it.
 */
export type Access = "page" | "public" | "local" | "run" | Act;

export interface Asking {
  readonly headers: IncomingHttpHeaders;
  readonly address: string;
  /** The method and the route that it leads to, for the record. */
  readonly route: string;
}

export interface GatekeeperOptions {
  readonly accessLog: Pick<AccessLog, "denied" | "refused">;
  readonly link: Pick<DataPathLink, "ask">;
  readonly token: string;
  readonly attempts: FailedAttempts;
  readonly identities: Pick<Directory, "principalOfSession" | "principalOfToken">;
  readonly hasPublicUrl: boolean;
  readonly sessionUse: Pick<SessionUse, "used">;
  readonly nowMs: () => number;
}

export class Gatekeeper {
  readonly #options: GatekeeperOptions;
  readonly #refused: RefusedTokens;

  constructor(options: GatekeeperOptions) {
    this.#options = options;
    this.#refused = new RefusedTokens(options);
  }

  /** Who asks; undefined where nobody needs to say so. @throws HttpProblem */
  admit(access: Access, asking: Asking): Principal | undefined {
    if (access === "page" || access === "public" || access === "run") return undefined;
    if (access === "local" && !this.#options.hasPublicUrl && isLocal(asking)) return undefined;
    const act = access === "local" ? "metrics.read" : access;
    const principal = this.#recognise(asking);
    if (may(principal, act)) return principal;
    void this.#options.accessLog.denied(principal, asking.address, asking.route);
    throw new HttpProblem("not-permitted", `${principal.name} (${principal.method}) may not: ${act}`);
  }

  #recognise(asking: Asking): Principal {
    const { identities, nowMs, sessionUse, token } = this.#options;
    const { headers } = asking;
    const shown = shownToken(headers.authorization);
    if (shown === undefined) {
      // A cookie alone says nothing: browsers send it along whoever made the request.
      const session = shownSession(headers);
      const found = session === undefined ? undefined : identities.principalOfSession(session, nowMs());
      if (found !== undefined) {
        sessionUse.used(found, nowMs());
        return found;
      }
      throw new HttpProblem("token-refused", "sign in, or show a token as a bearer token");
    }
    if (isSameSecret(shown, token)) return OPERATOR;
    if (isPageToken(shown, token, nowMs())) return OPERATOR_PAGE;
    const found = identities.principalOfToken(shown, nowMs());
    if (found !== undefined) return found;
    return this.#refused.refuse(shown, asking);
  }
}

/** Whether a program of this machine asks. A proxy on it speaks for others, and says so. */
export function isLocal({ address, headers }: Pick<Asking, "address" | "headers">): boolean {
  const isForwarded = ["forwarded", "via", "x-forwarded-for", "x-real-ip"].some((name) => name in headers);
  return !isForwarded && /^(127\.|::1$|::ffff:127\.)/.test(address);
}
