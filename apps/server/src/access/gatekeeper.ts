import type { IncomingHttpHeaders } from "node:http";
import { HttpProblem } from "../http/http-problem.ts";
import { isSameSecret, shownToken } from "./bearer-token.ts";
import type { FailedAttempts } from "./failed-attempts.ts";
import { isPageToken } from "./page-token.ts";

/**
 * Who may use a route.
 *
 * - `page`: everybody, also by following a link from elsewhere: the page itself, which shows nothing by itself.
 * - `public`: everybody, but no other website.
 * - `local`: programs of this machine, and whoever may read. Not without a token where `publicUrl` leads here from
 *   elsewhere: not every proxy says that it speaks for others.
 * - `reader`: whoever may look, and say that an alert was seen: the page after a sign-in, and the operator.
 * - `operator`: whoever shows the local token.
 */
export type Access = "page" | "public" | "local" | "reader" | "operator";

export interface Asking {
  readonly headers: IncomingHttpHeaders;
  readonly address: string;
}

export interface GatekeeperOptions {
  readonly token: string;
  readonly attempts: FailedAttempts;
  readonly hasPublicUrl: boolean;
  readonly nowMs: () => number;
}

export class Gatekeeper {
  readonly #options: GatekeeperOptions;

  constructor(options: GatekeeperOptions) {
    this.#options = options;
  }

  /** Whether a good token was needed, and shown. @throws HttpProblem */
  admit(access: Access, asking: Asking): boolean {
    if (access === "page" || access === "public") return false;
    const { attempts, hasPublicUrl, nowMs, token } = this.#options;
    if (access === "local" && !hasPublicUrl && isLocal(asking)) return false;
    const shown = shownToken(asking.headers.authorization);
    if (shown !== undefined && isSameSecret(shown, token)) return true;
    if (shown !== undefined && isPageToken(shown, token, nowMs())) {
      if (access !== "operator") return true;
      throw new HttpProblem("not-permitted", "a page may only read; use the token of local.token");
    }
    if (shown !== undefined) attempts.count(asking.address, "a wrong token", nowMs());
    throw new HttpProblem("token-refused", "show the token of local.token as a bearer token");
  }
}

/** Whether a program of this machine asks. A proxy on it speaks for others, and says so. */
export function isLocal({ address, headers }: Asking): boolean {
  const isForwarded = ["forwarded", "via", "x-forwarded-for", "x-real-ip"].some((name) => name in headers);
  return !isForwarded && /^(127\.|::1$|::ffff:127\.)/.test(address);
}
