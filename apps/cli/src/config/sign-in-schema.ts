import { isLoopbackHost } from "@custody/gateway/upstream-url";
import { z } from "zod";
import { parseDuration } from "./duration.ts";
import { type SecretConfig, secretSchema } from "./secret.ts";

/** How people sign in, besides with what Custody itself has of them. */
export interface SignInConfig {
  readonly oidc?: OidcConfig | undefined;
}

/** A provider of OpenID Connect. */
interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: SecretConfig | undefined;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly maxAgeMs?: number | undefined;
}

const AGE_MS_MAX = 31 * 86_400_000;

/** As the provider writes it in its tokens, so it is not brought into another form. */
const issuer = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopbackHost(url.hostname));
  if (isSafe && !url.username && !url.password && !url.search && !url.hash) return;
  const message =
    "written as https://id.example, without a user, query or fragment; http:// only for loopback";
  context.addIssue({ code: "custom", message });
});

const age = z.string().transform((text, context): number => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1000 && ms <= AGE_MS_MAX) return ms;
  context.addIssue({ code: "custom", message: "written as 10m or 12h, and here from 1s to 31d" });
  return z.NEVER;
});

/** RFC 6749, section 3.3. */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, "a scope is one word");

const oidc = z
  .strictObject({
    issuer,
    clientId: z.string().min(1).max(500),
    clientSecret: secretSchema.optional(),
    name: z
      .string()
      .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._&+-]{0,49}$/u, "up to 50 letters, digits and blanks"),
    scopes: z
      .array(scope)
      .refine((scopes) => scopes.includes("openid"), "one of the scopes is openid")
      .default(["openid", "email"]),
    maxAge: age.optional(),
  })
  .transform(({ maxAge, ...rest }): OidcConfig => ({ ...rest, maxAgeMs: maxAge }));

/** To be spread into the shape of the whole file. */
export const signInShape: { signIn: z.ZodPrefault<z.ZodType<SignInConfig>> } = {
  signIn: (
    z.strictObject({ oidc: (oidc as z.ZodType<OidcConfig>).optional() }) as z.ZodType<SignInConfig>
  ).prefault({}),
};
