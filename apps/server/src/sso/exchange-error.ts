import * as oidc from "openid-client";
import { SsoError } from "./error.ts";
import type { OidcSettings } from "./settings.ts";

/** Nothing came that could be looked at: too late, or not from the provider's own program. */
const SILENCE: ReadonlySet<string | undefined> = new Set([
  "OAUTH_TIMEOUT",
  "OAUTH_ABORT",
  "OAUTH_RESPONSE_IS_NOT_CONFORM",
  "OAUTH_RESPONSE_IS_NOT_JSON",
]);

/** What went wrong between us and the provider, in words of ours: its own may have tokens in them. */
export function exchangeError(
  error: unknown,
  { name }: Pick<OidcSettings, "name">,
  warn: (text: string) => void,
): SsoError {
  if (error instanceof oidc.AuthorizationResponseError) {
    const what = `${name} did not let you in (${wordOf(error.error)}); try again, or sign in in another way`;
    return new SsoError("SSO_CANCELLED", what);
  }
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError) {
    const why = error instanceof oidc.ResponseBodyError ? wordOf(error.error) : "invalid_client";
    // A code that was made up is no business of the operator's; a wrong secret is.
    if (why !== "invalid_grant") warn(`single sign-on: ${name} refuses our requests: ${why}`);
    return new SsoError("SSO_PROVIDER_REFUSED", `${name} does not take what came back (${why}); begin again`);
  }
  const isSilence = error instanceof TypeError || SILENCE.has((error as oidc.ClientError).code);
  if (!isSilence)
    return new SsoError(
      "SSO_ANSWER_INVALID",
      `what came back is no proof that you are known to ${name}; begin again`,
    );
  warn(`single sign-on: ${name} does not answer`);
  return new SsoError("SSO_PROVIDER_UNREACHABLE", `${name} does not answer; try again in a moment`);
}

/** RFC 6749, section 4.1.2.1: one word; whatever else stands there is not passed on. */
function wordOf(error: string): string {
  return /^[a-z_]{1,60}$/.test(error) ? error : "an error";
}
