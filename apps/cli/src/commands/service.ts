import { resolve } from "node:path";
import { readConfig } from "../config/read-config.ts";
import { CliError } from "../error.ts";
import { launcher } from "../installation/places.ts";
import {
  CONFIG_PATH,
  ENVIRONMENT_PATH,
  installUnit,
  UNIT_PATH,
  uninstallUnit,
} from "../service-unit/install.ts";
import { environmentFileText, unitText } from "../service-unit/unit-text.ts";
import type { CommandContext } from "./context.ts";

export interface ServiceInstallOptions {
  readonly user?: string;
  readonly config?: string;
  readonly print?: boolean;
}

/** Writes a systemd unit, a user for it, and a file for its secrets; or only shows the unit. */
export async function serviceInstall(
  context: CommandContext,
  options: ServiceInstallOptions,
): Promise<number> {
  const { environment, isJson, output } = context;
  const { user = "custody" } = options;
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user))
    throw new CliError("USAGE", `--user ${user} is no name of a user`, "write it as custody");
  const config = resolve(environment.workingDirectory, options.config ?? CONFIG_PATH);
  const node = process.execPath;
  const unit = unitText({ config, environmentFile: ENVIRONMENT_PATH, launcher, node, user });
  for (const path of [launcher, node, config].filter((each) => /^\/(home|root|run\/user)\//.test(each)))
    output.hint(
      `custody: the service cannot see ${path}: homes are closed to it; install it outside of them`,
    );
  if (options.print === true) {
    if (isJson) output.json({ path: UNIT_PATH, unit });
    else for (const line of unit.trimEnd().split("\n")) output.line(line);
    return 0;
  }
  const done: string[] = [];
  installUnit({ environmentFile: environmentFileText(variablesOf(context, config)), unit, user }, (text) => {
    done.push(text);
    if (!isJson) output.line(text);
  });
  if (isJson) output.json({ done, environmentFile: ENVIRONMENT_PATH, path: UNIT_PATH, user });
  output.hint(
    `custody: write ${config}, fill in ${ENVIRONMENT_PATH}, and run: systemctl enable --now custody`,
  );
  return 0;
}

export async function serviceUninstall({ isJson, output }: CommandContext): Promise<number> {
  const done: string[] = [];
  uninstallUnit((text) => {
    done.push(text);
    if (!isJson) output.line(text);
  });
  if (isJson) output.json({ done });
  output.hint(
    "custody: /var/lib/custody and /etc/custody are left: they hold the ledger, its keys and your secrets",
  );
  return 0;
}

/** The names that go into the file for secrets; none while there is no configuration yet. */
function variablesOf({ environment }: CommandContext, file: string): string[] {
  try {
    const { targets } = readConfig(environment.workingDirectory, file);
    return targets.flatMap(({ upstream }) =>
      typeof upstream === "object" && "env" in upstream ? [upstream.env] : [],
    );
  } catch {
    return [];
  }
}
