import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";

/** Where a secret is found: it does not stand in custody.yaml itself, since files like that get committed. */
export type SecretConfig = { readonly env: string } | { readonly file: string };

export const secretSchema: z.ZodType<SecretConfig> = z.union(
  [
    z.strictObject({
      env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"),
    }),
    z.strictObject({ file: z.string().min(1) }),
  ],
  "{ env: NAME } or { file: PATH }",
);

export interface SecretPlace {
  /** Where relative paths start. */
  readonly folder: string;
  readonly variables: Environment["variables"];
  /** The key in custody.yaml, for the error. */
  readonly key: string;
  readonly advice: string;
}

/** The secret as it stands there, without blanks around it. @throws CliError CONFIG_INVALID */
export function readSecret(secret: SecretConfig, { advice, folder, key, variables }: SecretPlace): string {
  if ("env" in secret) {
    const text = variables[secret.env]?.trim();
    if (text !== undefined && text !== "") return text;
    throw new CliError("CONFIG_INVALID", `${key}: the environment variable ${secret.env} is not set`, advice);
  }
  const file = resolve(folder, secret.file);
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new CliError("CONFIG_INVALID", `${key}: ${file} cannot be read`, advice, { cause });
  }
}
