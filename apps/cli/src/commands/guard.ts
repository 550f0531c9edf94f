import { join } from "node:path";
import { formatAddress } from "../config/address.ts";
import { type Config, readConfig } from "../config/read-config.ts";
import { readServerFile } from "../control/server-file.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { addTarget, type NewTarget } from "../guard/add-target.ts";
import { checkDatabase } from "../guard/check-database.ts";
import { type DatabaseUrl, parseDatabaseUrl } from "../guard/database-url.ts";
import { describeGuarded, type Guarded } from "../guard/describe-guarded.ts";
import { listenAddress } from "../guard/listen-address.ts";
import { refuseGuarded, upstreamOf } from "../guard/refuse-guarded.ts";
import { saveSecret } from "../guard/save-secret.ts";
import { targetName, variableName, variableWith } from "../guard/target-name.ts";
import { commandName } from "../terminal/command-name.ts";
import { tourFolder } from "../tour/tour-folder.ts";
import { runningTour } from "../tour/tour-run.ts";
import type { CommandContext } from "./context.ts";

export interface GuardOptions {
  readonly connect: boolean;
  readonly environment?: string;
  readonly listen?: string;
  readonly name?: string;
  readonly saveSecret?: boolean;
}

const ENVIRONMENTS = ["production", "staging", "development", "disposable"];

/**
 * Puts a database into ./custody.yaml: the name of the variable that has its URL, or of a file, but never the URL.
 * Nothing is written unless the database was reached, and let us in.
 */
export async function guard(context: CommandContext, text: string, options: GuardOptions): Promise<number> {
  const { environment, isJson, output } = context;
  const { variables, workingDirectory } = environment;
  const url = parseDatabaseUrl(text);
  const config = readConfig(workingDirectory);
  refuseGuarded(url, config, environment);
  const name = chooseName(options.name, url, config, environment);
  const where = chooseEnvironment(options.environment, url);
  const listen = await listenAddress(options.listen, config);
  const server = options.connect ? await checkDatabase(url) : undefined;
  const variable = variableWith(url.text, name, variables);
  const upstream = options.saveSecret
    ? { file: saveSecret(workingDirectory, name, url.text) }
    : { env: variable ?? variableName(name) };
  const target: NewTarget = {
    name,
    kind: "postgres",
    listen: formatAddress(listen),
    upstream,
    environment: where,
  };
  const file = join(workingDirectory, "custody.yaml");
  addTarget(file, target);
  const guarded: Guarded = {
    command: commandName(variables),
    file,
    isRunning: config.file !== undefined && isRunning(config),
    isTour: runningTour(tourFolder(workingDirectory)) !== undefined,
    isVariableSet: variable !== undefined,
    server,
    target,
    url,
  };
  const { json, lines } = describeGuarded(guarded);
  if (isJson) output.json(json);
  else for (const line of lines) output.line(line);
  return 0;
}

function chooseName(
  asked: string | undefined,
  { database }: DatabaseUrl,
  config: Config,
  environment: Environment,
): string {
  const taken = config.targets.map(({ name }) => name);
  if (asked === undefined) {
    refuseDoubt(targetName(database, []), config, environment);
    return targetName(database, taken);
  }
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(asked))
    throw new CliError(
      "USAGE",
      `--name ${asked} is no name`,
      "use up to 63 lower-case letters, digits, hyphens and underscores",
    );
  if (taken.includes(asked))
    throw new CliError("USAGE", `custody.yaml has a target ${asked} already`, "choose another --name");
  return asked;
}

/** A target that would be called the same, and whose secret is not here, may well be this very database. */
function refuseDoubt(name: string, config: Config, environment: Environment): void {
  const same = config.targets.find((target) => target.name === name);
  if (same === undefined || upstreamOf(same, config, environment) !== undefined) return;
  const what = `custody.yaml has a target ${name}, whose address is not to be found here`;
  throw new CliError("ALREADY_GUARDED", what, "if this is another database, choose a --name for it");
}

/** A database elsewhere is taken for one that matters, until somebody says that it does not. */
function chooseEnvironment(asked: string | undefined, { isLoopback }: DatabaseUrl): string {
  if (asked === undefined) return isLoopback ? "development" : "production";
  if (ENVIRONMENTS.includes(asked)) return asked;
  throw new CliError("USAGE", `--environment ${asked} is none`, `use ${ENVIRONMENTS.join(", ")}`);
}

/** Whether a server runs over this configuration, which does not know of the new target yet. */
function isRunning({ data }: Config): boolean {
  return readServerFile(data) !== undefined;
}
