import type { OidcSettings } from "@custody/server";
import type { Config } from "../config/read-config.ts";
import { readSecret } from "../config/secret.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";

const ADVICE = "put the secret there that the provider gave this client; see docs/single-sign-on.md";

/** The provider of the configuration, with its secret read. It is not asked for anything. @throws CliError CONFIG_INVALID */
export function oidcSettings(
  { folder, signIn }: Pick<Config, "folder" | "signIn">,
  { variables }: Pick<Environment, "variables">,
): OidcSettings | undefined {
  if (signIn.oidc === undefined) return undefined;
  const { clientSecret, maxAgeMs, ...rest } = signIn.oidc;
  const place = { advice: ADVICE, folder, key: "signIn.oidc.clientSecret", variables };
  const secret = clientSecret === undefined ? undefined : readSecret(clientSecret, place);
  if (secret === "") throw new CliError("CONFIG_INVALID", `${place.key}: the file is empty`, ADVICE);
  return {
    ...rest,
    ...(secret === undefined ? undefined : { clientSecret: secret }),
    ...(maxAgeMs === undefined ? undefined : { maxAgeSeconds: Math.floor(maxAgeMs / 1000) }),
  };
}
