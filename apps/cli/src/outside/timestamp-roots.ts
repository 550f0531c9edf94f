import { resolve } from "node:path";
import { AnchorError, type Certificate, readRoots } from "@custody/anchors";
import type { CommandContext } from "../commands/context.ts";
import { meantConfig } from "../config/data-directory.ts";
import { readPem } from "../config/tls-files.ts";
import { CliError } from "../error.ts";

/** The roots in a file. `place` says in errors who named it. @throws CliError CONFIG_INVALID */
export function rootsIn(file: string, place: string): Certificate[] {
  try {
    return readRoots(readPem(file, place), file);
  } catch (cause) {
    if (!(cause instanceof AnchorError)) throw cause;
    throw new CliError(
      "CONFIG_INVALID",
      `${place}: ${cause.message}`,
      "correct it, see docs/timestamps-and-anchors.md",
      {
        cause,
      },
    );
  }
}

/** The roots that the command line names, else those of custody.yaml; undefined where there are none. @throws CliError */
export function timestampRoots(
  context: CommandContext,
  named: string | undefined,
): Certificate[] | undefined {
  const { workingDirectory } = context.environment;
  if (named !== undefined) return rootsIn(resolve(workingDirectory, named), "--timestamps-roots");
  const file = configuredRoots(context);
  return file === undefined ? undefined : rootsIn(file, "timestamps.roots");
}

/** A configuration that is wrong is no hindrance: who checks a copy of a ledger may stand next to any. */
function configuredRoots({ data, environment }: CommandContext): string | undefined {
  try {
    return meantConfig(environment, { data }).timestamps?.roots;
  } catch {
    return undefined;
  }
}
