import type { Directory } from "@custody/identity";
import * as oidc from "openid-client";
import { SsoError, type SsoErrorCode } from "./error.ts";
import { exchangeError } from "./exchange-error.ts";
import { ExchangeRoom } from "./exchange-room.ts";
import { Provider } from "./provider.ts";
import type { OidcSettings } from "./settings.ts";
import { type Ticket, Tickets } from "./tickets.ts";

/** What comes of codes that were made up. */
const MADE_UP: ReadonlySet<SsoErrorCode> = new Set(["SSO_ANSWER_INVALID", "SSO_PROVIDER_REFUSED"]);

export interface SsoDeskParts {
  readonly settings: OidcSettings;
  readonly identities: Pick<Directory, "personOfProvider">;
  readonly nowMs: () => number;
  /** Where the provider sends browsers back to. */
  readonly redirectUri: () => string;
  readonly warn: (text: string) => void;
}

/** What a browser brings back from the provider, and the halves of what it took there. */
export interface Returned {
  /** The query that the provider gave it. */
  readonly answer: string;
  readonly cookie: string;
  readonly key: string;
  /** Where the browser is. */
  readonly address: string;
}

/** Whom the provider has recognised, as the data path is told; it looks whether that still holds. */
export interface KnownPerson {
  readonly user: string;
  readonly name: string;
  readonly request: {
    readonly issuer: string;
    readonly subject: string;
    readonly provider: string;
    readonly email?: string;
  };
}

/** Signs people in at a provider: authorization code with PKCE, OpenID Connect Core 1.0, section 3.1, and RFC 9207. */
export class SsoDesk {
  readonly #parts: SsoDeskParts;
  readonly #provider: Provider;
  readonly #tickets = new Tickets();
  readonly #room = new ExchangeRoom();

  constructor(parts: SsoDeskParts) {
    this.#parts = parts;
    this.#provider = new Provider(parts.settings, parts.nowMs, parts.warn);
  }

  /** Where the browser goes, and what it takes along. @throws SsoError SSO_PROVIDER_UNREACHABLE */
  async begin(): Promise<{ readonly url: string; readonly cookie: string; readonly key: string }> {
    const { nowMs, redirectUri, settings } = this.#parts;
    const provider = await this.#provider.configuration();
    const verifier = oidc.randomPKCECodeVerifier();
    const ticket: Ticket = { nonce: oidc.randomNonce(), state: oidc.randomState(), verifier };
    const url = oidc.buildAuthorizationUrl(provider, {
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      nonce: ticket.nonce,
      redirect_uri: redirectUri(),
      scope: settings.scopes.join(" "),
      state: ticket.state,
      ...(settings.maxAgeSeconds === undefined ? undefined : { max_age: String(settings.maxAgeSeconds) }),
    });
    return { ...this.#tickets.seal(ticket, nowMs()), url: url.href };
  }

  /** Whether there is room for another code: so that nothing is taken away from whoever is told to come again. @throws HttpProblem */
  checkRoom(address: string): void {
    this.#room.check(address, this.#parts.nowMs());
  }

  /** @throws SsoError, HttpProblem too-many-attempts before anything is used up */
  async finish({ address, answer, cookie, key }: Returned): Promise<KnownPerson> {
    this.checkRoom(address);
    const state = new URLSearchParams(answer).get("state") ?? "";
    const ticket = this.#tickets.use(cookie, key, state, this.#parts.nowMs());
    if (ticket === undefined)
      throw new SsoError(
        "SSO_STATE_WRONG",
        "this sign-in was not begun here, or is over; begin again from this page",
      );
    this.#room.enter(address);
    try {
      const provider = await this.#provider.configuration();
      return await this.#recognise(provider, await this.#exchange(provider, answer, ticket));
    } catch (error) {
      if (error instanceof SsoError && MADE_UP.has(error.code))
        this.#room.refused(address, this.#parts.nowMs());
      throw error;
    } finally {
      this.#room.leave(address);
    }
  }

  async #exchange(provider: oidc.Configuration, answer: string, { nonce, state, verifier }: Ticket) {
    const { redirectUri, settings, warn } = this.#parts;
    const came = new URL(redirectUri());
    came.search = answer;
    const { maxAgeSeconds } = settings;
    try {
      return await oidc.authorizationCodeGrant(provider, came, {
        expectedNonce: nonce,
        expectedState: state,
        idTokenExpected: true,
        pkceCodeVerifier: verifier,
        ...(maxAgeSeconds === undefined ? undefined : { maxAge: maxAgeSeconds }),
      });
    } catch (error) {
      throw exchangeError(error, settings, warn);
    }
  }

  async #recognise(
    provider: oidc.Configuration,
    tokens: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>,
  ): Promise<KnownPerson> {
    const { identities, settings } = this.#parts;
    const { name: called } = settings;
    const claims = tokens.claims();
    if (claims === undefined) throw new SsoError("SSO_ANSWER_INVALID", `${called} did not say who you are`);
    const { iss: issuer, sub: subject } = claims;
    const known = identities.personOfProvider(issuer, subject);
    // Whoever is known already is asked for nothing more.
    const email =
      known === undefined ? await this.#verifiedEmail(provider, tokens.access_token, claims) : undefined;
    const person = known ?? identities.personOfProvider(issuer, subject, email);
    if (person === undefined || person.removedAt !== undefined) {
      const as = email ?? `the subject ${subject}`;
      throw new SsoError(
        "SSO_NOT_NAMED",
        `${called} knows you as ${as}, and nobody here is named by that; ask an owner to name you`,
      );
    }
    const request = { issuer, provider: called, subject, ...(email === undefined ? undefined : { email }) };
    return { name: person.name, request, user: person.id };
  }

  /** Some say it in the token, others only when they are asked. @throws SsoError SSO_EMAIL_UNVERIFIED */
  async #verifiedEmail(
    provider: oidc.Configuration,
    accessToken: string,
    claims: oidc.IDToken,
  ): Promise<string | undefined> {
    const { settings, warn } = this.#parts;
    const isAsked =
      claims["email"] === undefined && provider.serverMetadata().userinfo_endpoint !== undefined;
    const said = isAsked
      ? await oidc.fetchUserInfo(provider, accessToken, claims.sub).catch((error: unknown) => {
          throw exchangeError(error, settings, warn);
        })
      : claims;
    const { email, email_verified: isVerified } = said;
    if (typeof email !== "string") return undefined;
    if (isVerified === true) return email;
    throw new SsoError(
      "SSO_EMAIL_UNVERIFIED",
      `${settings.name} does not say that ${email} is yours; have it verified there, or ask an owner to name you by the subject ${claims.sub}`,
    );
  }
}
