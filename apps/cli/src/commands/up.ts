import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { isLoopbackHost } from "@custody/gateway";
import { type Address, formatAddress, parseAddress } from "../config/address.ts";
import { dataDirectory } from "../config/data-directory.ts";
import { type Config, readConfig } from "../config/read-config.ts";
import { CliError } from "../error.ts";
import { askedToStop } from "../run/signals.ts";
import { type RunningCustody, startCustody } from "../run/start-custody.ts";
import { explainTour } from "../tour/explain-tour.ts";
import { openTour, type Tour } from "../tour/open-tour.ts";
import type { CommandContext } from "./context.ts";

/** What is running gets this long to finish. */
const DRAIN_MS = 10_000;

export interface UpOptions {
  readonly config?: string;
  readonly listen?: string;
}

/** Runs until it is told to stop; where nothing says what to guard, as a tour. */
export async function up(context: CommandContext, options: UpOptions): Promise<number> {
  const { environment, output } = context;
  const listen = listenAddress(options.listen);
  const warn = (text: string) => output.hint(`custody: ${text}`);
  if (!isTour(context, options)) return run(context, listen, configured(context, options), warn);
  const tour = await openTour(environment, warn);
  try {
    return await run(context, listen, { ...tour, directory: tour.config.data }, warn);
  } finally {
    await tour.close();
  }
}

interface Subject {
  readonly config: Config;
  readonly directory: string;
  /** What is to happen between listening and being ready. */
  readonly work?: NonNullable<Tour["work"]>;
}

/** Whoever names a file or a directory, or has a custody.yaml, means that. */
function isTour({ data, environment }: CommandContext, { config }: UpOptions): boolean {
  const { variables, workingDirectory } = environment;
  const isNamed = data !== undefined || config !== undefined || Boolean(variables["CUSTODY_HOME"]);
  return !isNamed && !existsSync(join(workingDirectory, "custody.yaml"));
}

function configured({ data, environment }: CommandContext, options: UpOptions): Subject {
  return {
    config: readConfig(environment.workingDirectory, options.config),
    directory: dataDirectory(environment, { config: options.config, data }),
  };
}

async function run(
  context: CommandContext,
  listen: Address | undefined,
  { config: found, directory, work }: Subject,
  warn: (text: string) => void,
): Promise<number> {
  const { environment, output } = context;
  const config = { ...found, listen: listen ?? found.listen };
  warnAboutAddresses(config, warn);
  const running = await startCustody({ config, directory, environment, warn });
  let isCut = false;
  // Listened for before anybody is told that it runs: who reads `ready` may ask it to stop in the same moment.
  const stop = askedToStop(() => {
    if (isCut) return;
    isCut = true;
    running.close(0).catch(() => {});
  });
  const done = await work?.();
  announce(running, config, context);
  if (work !== undefined) for (const line of explainTour(done, environment.variables)) output.hint(line);
  await stop;
  output.hint("custody: stopping; statements that are running get 10 seconds");
  await running.close(DRAIN_MS);
  return 0;
}

function listenAddress(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  const address = parseAddress(text);
  if (address === undefined)
    throw new CliError("USAGE", `--listen ${text} is no address`, "write it as 127.0.0.1:7070");
  return address;
}

function announce(
  { signInUrl, url, targets }: RunningCustody,
  config: Config,
  { isJson, output }: CommandContext,
): void {
  const listening = targets.map(({ name, listen }) => ({ name, listen }));
  if (isJson) output.json({ ready: true, server: url, targets: listening, models: {} });
  else output.line(["ready", url, ...listening.map(({ name, listen }) => `${name}=${listen}`)].join(" "));
  output.hint(`custody: look at ${signInUrl} (once, within 10 minutes; \`custody open\` makes another)`);
  if (config.file === undefined) for (const line of NO_CONFIGURATION) output.hint(line);
  else if (targets.length === 0)
    output.hint(`custody: ${config.file} names no target; see docs/configuration.md`);
}

function warnAboutAddresses(config: Config, warn: (text: string) => void): void {
  const addresses = [config.listen, ...config.targets.map(({ listen }) => listen)];
  for (const address of addresses) {
    if (isLoopbackHost(address.host)) continue;
    const kind = isIP(address.host) === 0 ? "may be" : "is";
    warn(`${formatAddress(address)} ${kind} reachable from other machines, and nothing on it is encrypted`);
  }
}

const NO_CONFIGURATION = [
  "custody: there is no custody.yaml here, so no database is guarded yet. To guard one:",
  "",
  '  custody guard "$DATABASE_URL"',
  "",
  "Then start again, and run: custody session new --agent NAME",
];
