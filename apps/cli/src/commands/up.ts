import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Address, parseAddress } from "../config/address.ts";
import { dataDirectory } from "../config/data-directory.ts";
import { refusePlaintext } from "../config/plaintext.ts";
import { type Config, readConfig } from "../config/read-config.ts";
import { CliError } from "../error.ts";
import { askedToStop, terminalWatch } from "../run/signals.ts";
import { type RunningCustody, startCustody } from "../run/start-custody.ts";
import { LOG_LEVELS, type ServiceLog, serviceLog } from "../service-log/service-log.ts";
import { explainTour } from "../tour/explain-tour.ts";
import { openTour, type Tour } from "../tour/open-tour.ts";
import type { CommandContext } from "./context.ts";

/** What is running gets this long to finish. */
const DRAIN_MS = 10_000;

export interface UpOptions {
  readonly config?: string;
  readonly listen?: string;
  readonly logFormat?: string;
  readonly logLevel?: string;
  readonly recoveryRecipient?: readonly string[];
}

/** Runs until it is told to stop; where nothing says what to guard, as a tour. */
export async function up(context: CommandContext, options: UpOptions): Promise<number> {
  const { environment, output } = context;
  const listen = listenAddress(options.listen);
  const log = logOf(options, output);
  if (!isTour(context, options)) return run(context, listen, configured(context, options), log);
  const tour = await openTour(environment, (text) => log.warn("custody", text));
  try {
    const readAgain = () => tour.config;
    const directory = tour.config.data;
    return await run(context, listen, { ...tour, directory, isTour: true, readAgain }, log);
  } finally {
    await tour.close();
  }
}

interface Subject {
  readonly config: Config;
  readonly directory: string;
  readonly isTour?: boolean;
  readonly recoveryRecipients?: readonly string[];
  /** The configuration as it is now, for a reload. */
  readonly readAgain: () => Config;
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
  const readAgain = () => readConfig(environment.workingDirectory, options.config);
  return {
    config: readAgain(),
    directory: dataDirectory(environment, { config: options.config, data }),
    readAgain,
    recoveryRecipients: options.recoveryRecipient ?? [],
  };
}

async function run(
  context: CommandContext,
  listen: Address | undefined,
  subject: Subject,
  log: ServiceLog,
): Promise<number> {
  const { environment, output } = context;
  const { directory, work } = subject;
  const withListen = (found: Config) => {
    const whole = { ...found, listen: listen ?? found.listen };
    refusePlaintext(whole, listen && "--listen");
    return whole;
  };
  const config = withListen(subject.config);
  const readAgain = () => withListen(subject.readAgain());
  const warn = (text: string) => log.warn("custody", text);
  const info = (text: string) => log.info("custody", text);
  const hasLostTerminal = terminalWatch();
  // A signal that comes before anything runs must not end the process, as it would by itself.
  let reload: (() => Promise<void>) | undefined;
  process.on("SIGHUP", () => {
    if (hasLostTerminal()) process.kill(process.pid, "SIGTERM");
    else void reload?.();
  });
  const running = await startCustody({ ...subject, config, directory, environment, info, readAgain, warn });
  reload = () => running.reload();
  let isCut = false;
  // Listened for before anybody is told that it runs: who reads `ready` may ask it to stop in the same moment.
  const stop = askedToStop(() => {
    if (isCut) return;
    isCut = true;
    running.close(0).catch(() => {});
  });
  const done = await work?.();
  announce(running, config, context, log);
  // The link opens the page for whoever has it, so it belongs on a screen and not into a log that is kept.
  if (work === undefined && log.format === "text")
    log.info(
      "custody",
      `look at ${running.signInUrl} (once, within 10 minutes; \`custody open\` makes another)`,
    );
  if (work === undefined && log.format === "text") await showOwnerLink(running, log);
  if (work !== undefined)
    for (const line of explainTour(done, running.signInUrl, environment.variables)) output.hint(line);
  await stop;
  log.info("custody", "stopping; statements that are running get 10 seconds");
  await running.close(DRAIN_MS);
  return 0;
}

/** The first person owns this, and lets in the others. */
async function showOwnerLink(running: RunningCustody, log: ServiceLog): Promise<void> {
  const url = await running.ownerUrl();
  if (url !== undefined)
    log.info("custody", `become its owner at ${url} (once, within an hour; see docs/identities.md)`);
}

function listenAddress(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  const address = parseAddress(text);
  if (address === undefined)
    throw new CliError("USAGE", `--listen ${text} is no address`, "write it as 127.0.0.1:7070");
  return address;
}

function announce(
  { models, url, targets }: RunningCustody,
  config: Config,
  { isJson, output }: CommandContext,
  log: ServiceLog,
): void {
  const listening = targets.map(({ name, listen }) => ({ name, listen }));
  if (isJson) output.json({ ready: true, server: url, targets: listening, models: modelsReady(models) });
  else output.line(["ready", url, ...listening.map(({ name, listen }) => `${name}=${listen}`)].join(" "));
  if (config.file === undefined) log.info("custody", NO_CONFIGURATION);
  else if (targets.length === 0)
    log.info("custody", `${config.file} names no target; see docs/configuration.md`);
}

function logOf({ logFormat, logLevel = "info" }: UpOptions, output: CommandContext["output"]): ServiceLog {
  const format = logFormat ?? (process.stderr.isTTY ? "text" : "json");
  if (format !== "json" && format !== "text")
    throw new CliError("USAGE", `--log-format ${format} is none`, "write text or json");
  const level = LOG_LEVELS.find((each) => each === logLevel);
  if (level === undefined)
    throw new CliError("USAGE", `--log-level ${logLevel} is none`, `write one of ${LOG_LEVELS.join(", ")}`);
  return serviceLog({ format, level, write: output.log });
}

const NO_CONFIGURATION = [
  "there is no custody.yaml here, so no database is guarded yet. To guard one:",
  "",
  '  custody guard "$DATABASE_URL"',
  "",
  "Then start again, and run: custody session new --agent NAME",
].join("\n");

/** Where models are reached, and whose. */
function modelsReady(models: RunningCustody["models"]): object {
  return models === undefined
    ? {}
    : { listen: models.listen, providers: models.providers.map(({ kind }) => kind) };
}
