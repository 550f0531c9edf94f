import { resolve } from "node:path";
import type { Environment } from "../environment.ts";
import { tourMeant } from "../tour/tour-folder.ts";
import { readConfig } from "./read-config.ts";

/** `--data`, else CUSTODY_HOME, else `data:` of the configuration, else of the tour that is here, else ./custody-data. */
export function dataDirectory(
  environment: Environment,
  options: { readonly data?: string | undefined; readonly config?: string | undefined },
): string {
  const { variables, workingDirectory } = environment;
  const named = options.data ?? (variables["CUSTODY_HOME"] || undefined);
  if (named !== undefined) return resolve(workingDirectory, named);
  const tour = options.config === undefined ? tourMeant(workingDirectory) : undefined;
  if (tour === undefined) return readConfig(workingDirectory, options.config).data;
  environment.hint?.(`custody: no custody.yaml here, so this is about the tour in ${tour.path}`);
  return readConfig(tour.path).data;
}
