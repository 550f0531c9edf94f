/** A provider of OpenID Connect at which people sign in. Texts and numbers only: it goes through a pipe. */
export interface OidcSettings {
  /** As it stands in the provider's tokens. */
  readonly issuer: string;
  readonly clientId: string;
  /** None where the provider takes clients without one. */
  readonly clientSecret?: string;
  /** What the provider is called on the page and in records. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** How long ago somebody may have proved to the provider who they are; without, it is the provider's to say. */
  readonly maxAgeSeconds?: number;
}

/** Where the provider sends browsers back to: a place of the page, which asks on from there. */
export const CALLBACK_PATH = "/sign-in/oidc";
