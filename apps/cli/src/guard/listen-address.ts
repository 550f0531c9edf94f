import { type Address, formatAddress, parseAddress } from "../config/address.ts";
import type { Config } from "../config/read-config.ts";
import { CliError } from "../error.ts";
import { isFree } from "../local-postgres/free-port.ts";

const FIRST_PORT = 6432;
const PORTS_TRIED = 1000;

/** Where the agent will connect: what was asked for, else the first free port. @throws CliError USAGE */
export async function listenAddress(asked: string | undefined, config: Config): Promise<Address> {
  const taken = [config.listen, ...config.targets.map(({ listen }) => listen)].map(formatAddress);
  if (asked !== undefined) return parseAsked(asked, taken);
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port += 1) {
    const address = { host: "127.0.0.1", port };
    if (!taken.includes(formatAddress(address)) && (await isFree(port))) return address;
  }
  throw new CliError("USAGE", `no port from ${FIRST_PORT} up is free`, "name one with --listen");
}

function parseAsked(text: string, taken: readonly string[]): Address {
  const address = parseAddress(text);
  if (address === undefined || address.port === 0)
    throw new CliError("USAGE", `--listen ${text} is no address`, "write it as 127.0.0.1:6432");
  if (taken.includes(formatAddress(address)))
    throw new CliError("USAGE", `custody.yaml has ${text} already`, "choose another address");
  return address;
}
