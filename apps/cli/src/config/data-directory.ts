import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { tourMeant } from "../tour/tour-folder.ts";
import { masterKey } from "./master-key.ts";
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

/**
 * The same for commands that only read what is there: while somebody mends a wrong configuration, a server may run on the
 * one before, and the records must be there to be looked at. It says what is wrong, and goes on.
 */
export function dataDirectoryToRead(
  environment: Environment,
  options: { readonly data?: string | undefined; readonly config?: string | undefined },
): string {
  return dataDirectoryOfAny(environment, options, ({ message }) =>
    environment.hint?.(`custody: ${message}; of that file only \`data\` was used`),
  );
}

/** The same where the configuration may be broken: then only its `data` is looked at, and everything else may be wrong. */
export function dataDirectoryOfAny(
  environment: Environment,
  options: { readonly data?: string | undefined; readonly config?: string | undefined },
  onWrong: (error: Error) => void = () => {},
): string {
  try {
    return dataDirectory(environment, options);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const file = resolve(environment.workingDirectory, options.config ?? "custody.yaml");
    const data = readData(file);
    if (data === undefined) throw error;
    onWrong(error);
    return resolve(dirname(file), data);
  }
}

function readData(file: string): string | undefined {
  const { data = "./custody-data" } = readMembers(file);
  return typeof data === "string" ? data : undefined;
}

/** What a file that may be broken elsewhere says of its data and of its master key; undefined when that is broken too. */
export function keyConfigOfAny(
  { workingDirectory }: Environment,
  named: string | undefined,
): Pick<Config, "data" | "folder" | "masterKey"> | undefined {
  const file = resolve(workingDirectory, named ?? "custody.yaml");
  const folder = dirname(file);
  const data = readData(file);
  const key = masterKey.optional().safeParse(readMembers(file)["masterKey"]);
  if (data === undefined || !key.success) return undefined;
  return { data: resolve(folder, data), folder, masterKey: key.data };
}

function readMembers(file: string): Record<string, unknown> {
  try {
    return (parse(readFileSync(file, "utf8")) ?? {}) as Record<string, unknown>;
  } catch {
    return { data: null };
  }
}
