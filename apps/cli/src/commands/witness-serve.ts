import { hostname } from "node:os";
import { readWitnessKey, Witness } from "@custody/anchors";
import { isLoopbackHost } from "@custody/gateway/upstream-url";
import { escapeText } from "@custody/messages";
import { type Address, formatAddress, parseAddress } from "../config/address.ts";
import { readTlsFiles, type TlsFiles } from "../config/tls-files.ts";
import { CliError } from "../error.ts";
import { askedToStop } from "../run/signals.ts";
import { serviceLog } from "../service-log/service-log.ts";
import { knownLogs } from "../witness/known-logs.ts";
import { witnessDirectory } from "../witness/witness-directory.ts";
import { serveWitness } from "../witness/witness-server.ts";
import type { CommandContext } from "./context.ts";

export interface WitnessServeOptions {
  readonly log: readonly string[];
  readonly listen: string;
  readonly name?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly allowPlaintext?: boolean;
}

/** Cosigns checkpoints of the logs that are named, until it is told to stop. */
export async function witnessServe(context: CommandContext, options: WitnessServeOptions): Promise<number> {
  const { environment, isJson, output } = context;
  const format = process.stderr.isTTY ? "text" : "json";
  const log = serviceLog({ format, level: "info", write: output.log });
  const warn = (text: string) => log.warn("witness", text);
  const directory = witnessDirectory(context);
  const logs = await knownLogs(context, options.log);
  const address = listenAddress(options);
  const tls = tlsFiles(options, environment.workingDirectory, warn);
  if (tls === undefined && options.allowPlaintext !== true) refusePlaintext(address);
  const name = await nameOf(directory, options.name);
  const witness = await Witness.open({ directory, logs, name, nowMs: Date.now, warn });
  try {
    const server = await serveWitness({ address, tls, warn, witness });
    const stop = askedToStop(() => process.exit(0));
    const { url } = server;
    if (isJson) output.json({ ready: true, url, key: witness.verifierKey, logs: [...logs.keys()] });
    else output.line(escapeText(`ready ${url} ${witness.verifierKey}`));
    await stop;
    await server.close();
  } finally {
    await witness.close();
  }
  return 0;
}

function listenAddress({ listen }: WitnessServeOptions): Address {
  const address = parseAddress(listen);
  if (address === undefined)
    throw new CliError("USAGE", `--listen ${listen} is no address`, "write it as 127.0.0.1:7171");
  return address;
}

function tlsFiles(
  { tlsCert, tlsKey }: WitnessServeOptions,
  folder: string,
  warn: (text: string) => void,
): TlsFiles | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new CliError("USAGE", "a certificate and its key belong together", "give --tls-cert and --tls-key");
  return readTlsFiles({ cert: tlsCert, key: tlsKey }, "--tls", folder, warn);
}

/** Nothing that goes to a witness is secret, but somebody on the way could answer in its place, and raise false alarms. */
function refusePlaintext(address: Address): void {
  if (isLoopbackHost(address.host)) return;
  throw new CliError(
    "USAGE",
    `other machines reach ${formatAddress(address)}, and nothing on it would be encrypted`,
    "add --tls-cert and --tls-key, or --allow-plaintext where the network is trusted",
  );
}

/** A key keeps the name that it was made with. */
async function nameOf(directory: string, given: string | undefined): Promise<string> {
  const known = (await readWitnessKey(directory))?.name;
  if (known !== undefined && given !== undefined && known !== given)
    throw new CliError(
      "USAGE",
      `the witness in ${directory} is called ${known}, and its key with it`,
      "leave --name out, or begin with a new directory, which gives a new key",
    );
  return known ?? given ?? `${hostname().replaceAll(/[\s+]/g, "-") || "localhost"}/witness`;
}
