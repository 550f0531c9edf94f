import { resolve } from "node:path";
import type { Environment } from "../environment.ts";
import { readConfig } from "./read-config.ts";

/** `--data`, else CUSTODY_HOME, else `data:` of the configuration, else ./custody-data. */
export function dataDirectory(
  environment: Environment,
  options: { readonly data?: string | undefined; readonly config?: string | undefined },
): string {
  const { variables, workingDirectory } = environment;
  const named = options.data ?? (variables["CUSTODY_HOME"] || undefined);
  return named === undefined
    ? readConfig(workingDirectory, options.config).data
    : resolve(workingDirectory, named);
}
