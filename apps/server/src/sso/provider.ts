import * as oidc from "openid-client";
import { boundedFetch } from "./bounded-fetch.ts";
import { SsoError } from "./error.ts";
import type { OidcSettings } from "./settings.ts";

const ANSWER_SECONDS_MAX = 5;

/** What a provider says of itself is asked again after so long. */
const KNOWN_MS = 3_600_000;

/** A provider that is down is not asked again with every click. */
const PAUSE_MS = 5000;

interface Asked {
  readonly answer: Promise<oidc.Configuration>;
  untilMs: number;
}

/**
 * The provider, as it describes itself: OpenID Connect Discovery 1.0. It is asked when somebody first signs in, and not when
 * we start; what it says is kept for an hour.
 */
export class Provider {
  readonly #settings: OidcSettings;
  readonly #nowMs: () => number;
  readonly #warn: (text: string) => void;
  #asked: Asked | undefined;

  constructor(settings: OidcSettings, nowMs: () => number, warn: (text: string) => void) {
    this.#settings = settings;
    this.#nowMs = nowMs;
    this.#warn = warn;
  }

  /** @throws SsoError SSO_PROVIDER_UNREACHABLE */
  configuration(): Promise<oidc.Configuration> {
    const nowMs = this.#nowMs();
    if (this.#asked !== undefined && nowMs < this.#asked.untilMs) return this.#asked.answer;
    const asked: Asked = { answer: this.#discover(), untilMs: nowMs + KNOWN_MS };
    this.#asked = asked;
    asked.answer.catch((error: Error) => {
      asked.untilMs = this.#nowMs() + PAUSE_MS;
      this.#warn(`single sign-on: ${error.message}`);
    });
    return asked.answer;
  }

  async #discover(): Promise<oidc.Configuration> {
    const { clientId, issuer, name } = this.#settings;
    try {
      const known = await oidc.discovery(new URL(issuer), clientId, {}, this.#authentication(), {
        [oidc.customFetch]: boundedFetch,
        execute: this.#rules(),
        timeout: ANSWER_SECONDS_MAX,
      });
      return this.#demandSame(known);
    } catch (error) {
      if (error instanceof SsoError) throw error;
      const what = `${name} does not answer as a provider of OpenID Connect at ${issuer}`;
      throw new SsoError("SSO_PROVIDER_UNREACHABLE", `${what}; try again, or sign in in another way`);
    }
  }

  /**
   * People are named by an issuer as it is written in tokens, to the last slash. And the page goes where the provider says:
   * to no `javascript:`, and to nothing in plain text.
   */
  #demandSame(known: oidc.Configuration): oidc.Configuration {
    const { issuer, name } = this.#settings;
    const { authorization_endpoint: place = "", issuer: own } = known.serverMetadata();
    if (own === issuer && new URL(place).protocol === new URL(issuer).protocol) return known;
    if (own === issuer) throw new TypeError("browsers are sent nowhere like that");
    throw new SsoError(
      "SSO_PROVIDER_UNREACHABLE",
      `${name} calls itself ${own}: write signIn.oidc.issuer like that in custody.yaml`,
    );
  }

  /** Plain HTTP is for a provider on this machine: the configuration lets no other one have it. */
  #rules(): ((configuration: oidc.Configuration) => void)[] {
    const isPlain = new URL(this.#settings.issuer).protocol === "http:";
    // Signatures are checked as well, although tokens come from the provider itself over TLS: OpenID Connect Core, 3.1.3.7.
    return [oidc.enableNonRepudiationChecks, ...(isPlain ? [oidc.allowInsecureRequests] : [])];
  }

  /** The header, which is what everybody must take, unless the provider says that it takes only the body. */
  #authentication(): oidc.ClientAuth {
    const { clientSecret } = this.#settings;
    if (clientSecret === undefined) return oidc.None();
    const basic = oidc.ClientSecretBasic(clientSecret);
    const post = oidc.ClientSecretPost(clientSecret);
    return (server, ...rest) => {
      const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
      return (methods.includes("client_secret_basic") ? basic : post)(server, ...rest);
    };
  }
}
