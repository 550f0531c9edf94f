/**
 * Why single sign-on lets somebody not in.
 *
 * - `SSO_ANSWER_INVALID`: what came from the provider does not prove who it is: wrong signature, issuer, audience, nonce or age.
 * - `SSO_CANCELLED`: the provider did not let them in, or they changed their mind there.
 * - `SSO_EMAIL_UNVERIFIED`: they are not known by their subject, and the provider does not say that their email is verified.
 * - `SSO_NOT_NAMED`: nobody here is named by this subject or email.
 * - `SSO_PROVIDER_REFUSED`: the provider does not redeem its code: it was used, or the client or its secret is wrong.
 * - `SSO_PROVIDER_UNREACHABLE`: the provider does not answer in time, or not as OpenID Connect has it.
 * - `SSO_STATE_WRONG`: it was not begun in this browser, or longer than ten minutes ago, or was finished already.
 */
export type SsoErrorCode =
  | "SSO_ANSWER_INVALID"
  | "SSO_CANCELLED"
  | "SSO_EMAIL_UNVERIFIED"
  | "SSO_NOT_NAMED"
  | "SSO_PROVIDER_REFUSED"
  | "SSO_PROVIDER_UNREACHABLE"
  | "SSO_STATE_WRONG";

/** The message can be shown to whoever asked. It has no cause: what providers answer may have tokens in it. */
export class SsoError extends Error {
  readonly code: SsoErrorCode;

  constructor(code: SsoErrorCode, message: string) {
    super(message);
    this.name = "SsoError";
    this.code = code;
  }
}
