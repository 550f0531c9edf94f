import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { Environment } from "../environment.ts";
import { tourMeant } from "../tour/tour-folder.ts";
import { type Config, readConfig } from "./read-config.ts";

/** `--data`, else CUSTODY_HOME, else `data:` of the configuration, else of the tour that is here, else ./custody-data. */
export function dataDirectory(
  environment: Environment,
  options: { readonly data?: string | undefined; readonly config?: string | undefined },
): string {
  const { variables, workingDirectory } = environment;
  const named = options.data ?? (variables["CUSTODY_HOME"] || undefined);
  if (named !== undefined) return resolve(workingDirectory, named);
  return meantConfig(environment, options).data;
}

/** The configuration that is named, else ./custody.yaml, else that of the tour that is here. Whoever names a directory means no tour. */
export function meantConfig(
  environment: Environment,
  options: { readonly data?: string | undefined; readonly config?: string | undefined },
): Config {
  const { variables, workingDirectory } = environment;
  const isNamed = [options.config, options.data, variables["CUSTODY_HOME"] || undefined].some(
    (named) => named !== undefined,
  );
  const tour = isNamed ? undefined : tourMeant(workingDirectory);
  if (tour === undefined) return readConfig(workingDirectory, options.config);
  environment.hint?.(`custody: no custody.yaml here, so this is about the tour in ${tour.path}`);
  return readConfig(tour.path);
}

/** The same where the configuration may be broken: then only its `data` is looked at, and everything else may be wrong. */
export function dataDirectoryOfAny(
  environment: Environment,
  options: { readonly data?: string | undefined; readonly config?: string | undefined },
): string {
  try {
    return dataDirectory(environment, options);
  } catch (error) {
    const { workingDirectory } = environment;
    const text = readFileSync(resolve(workingDirectory, options.config ?? "custody.yaml"), "utf8");
    const data = readData(text);
    if (data === undefined) throw error;
    return resolve(workingDirectory, data);
  }
}

function readData(text: string): string | undefined {
  try {
    const { data = "./custody-data" } = parse(text) as { data?: unknown };
    return typeof data === "string" ? data : undefined;
  } catch {
    return undefined;
  }
}
