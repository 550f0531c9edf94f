import { isIP } from "node:net";
import { isLoopbackHost } from "@custody/gateway";
import { type Address, formatAddress, parseAddress } from "../config/address.ts";
import { dataDirectory } from "../config/data-directory.ts";
import { type Config, readConfig } from "../config/read-config.ts";
import { CliError } from "../error.ts";
import { askedToStop } from "../run/signals.ts";
import { type RunningCustody, startCustody } from "../run/start-custody.ts";
import type { CommandContext } from "./context.ts";

/** What is running gets this long to finish. */
const DRAIN_MS = 10_000;

export interface UpOptions {
  readonly config?: string;
  readonly listen?: string;
}

/** Runs until it is told to stop. */
export async function up(context: CommandContext, options: UpOptions): Promise<number> {
  const { environment, output } = context;
  const found = readConfig(environment.workingDirectory, options.config);
  const config = { ...found, listen: listenAddress(options.listen) ?? found.listen };
  const directory = dataDirectory(environment, { config: options.config, data: context.data });
  const warn = (text: string) => output.hint(`custody: ${text}`);
  warnAboutAddresses(config, warn);
  const running = await startCustody({ config, directory, environment, warn });
  let isCut = false;
  // Listened for before anybody is told that it runs: who reads `ready` may ask it to stop in the same moment.
  const stop = askedToStop(() => {
    if (isCut) return;
    isCut = true;
    running.close(0).catch(() => {});
  });
  announce(running, config, context);
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
  "custody: there is no custody.yaml here, so no database is guarded yet. To guard one, write into it:",
  "",
  "targets:",
  "  - name: shop",
  "    kind: postgres",
  "    listen: 127.0.0.1:6432",
  "    upstream: { env: SHOP_DATABASE_URL }",
  "    environment: development",
  "",
  "Then set SHOP_DATABASE_URL to the database's address, start again, and run: custody session new --agent NAME",
];
