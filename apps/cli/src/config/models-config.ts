import type { ModelsOptions } from "@custody/gateway";
import type { Environment } from "../environment.ts";
import type { ModelsConfig, ProviderConfig } from "./models-schema.ts";
import type { Config } from "./read-config.ts";
import { readSecret } from "./secret.ts";
import type { TlsFiles } from "./tls-files.ts";

const KINDS = ["anthropic", "openai", "gemini"] as const;

/**
 * Puts what is said about models and its secrets together; undefined where nothing is. It listens with the certificate of
 * Custody itself, where there is one.
 *
 * @throws CliError CONFIG_INVALID
 */
export function resolveModels(
  { folder, models }: Config,
  tls: TlsFiles | undefined,
  environment: Environment,
): ModelsOptions | undefined {
  if (models === undefined) return undefined;
  const { allow, environment: place, listen } = models;
  const keyOf = (kind: (typeof KINDS)[number], { key }: ProviderConfig) =>
    key === undefined
      ? undefined
      : readSecret(key, {
          advice:
            "give the provider's key there, or leave `key` out, so that each agent's own passes through",
          folder,
          key: `models.${kind}.key`,
          variables: environment.variables,
        });
  return {
    allow,
    environment: place,
    host: listen.host,
    port: listen.port,
    providers: configuredKinds(models).map(([kind, provider]) => {
      const key = keyOf(kind, provider);
      return { ...(key === undefined ? undefined : { key }), kind, upstream: provider.upstream };
    }),
    ...(tls === undefined ? undefined : { tls }),
  };
}

function configuredKinds(models: ModelsConfig) {
  return KINDS.flatMap((kind) => {
    const provider = models[kind];
    return provider === undefined ? [] : [[kind, provider] as const];
  });
}
