import type { TargetOptions } from "@custody/gateway";
import { isLoopbackHost } from "@custody/gateway/upstream-url";
import type { Config } from "../config/read-config.ts";
import { resolveTarget } from "../config/upstream.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import type { DatabaseUrl } from "./database-url.ts";

/**
 * A database behind two targets would have two histories; and an address of Custody's own would lead back to it.
 *
 * @throws CliError ALREADY_GUARDED, USAGE
 */
export function refuseGuarded(url: DatabaseUrl, config: Config, environment: Environment): void {
  for (const target of config.targets) {
    const isEverywhere = target.listen.host === "0.0.0.0" || target.listen.host === "::";
    if (
      url.port === target.listen.port &&
      (isSameHost(url.host, target.listen.host) || (isEverywhere && url.isLoopback))
    ) {
      const what = `${url.host}:${url.port} is Custody's own address, of target ${target.name}`;
      throw new CliError("USAGE", what, "give the database's own");
    }
    const upstream = upstreamOf(target, config, environment);
    if (upstream === undefined || upstream.port !== url.port || upstream.database !== url.database) continue;
    if (!isSameHost(upstream.host, url.host)) continue;
    const what = `the target ${target.name} guards ${url.host}:${url.port}/${url.database} already`;
    throw new CliError(
      "ALREADY_GUARDED",
      what,
      "run `custody session new --agent NAME` for an address there",
    );
  }
}

/** Undefined when the secret is not here at the moment: then nobody can tell. */
export function upstreamOf(
  target: Config["targets"][number],
  config: Config,
  environment: Environment,
): TargetOptions["upstream"] | undefined {
  try {
    return resolveTarget(target, config, environment).upstream;
  } catch {
    return undefined;
  }
}

function isSameHost(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase() || (isLoopbackHost(one) && isLoopbackHost(other));
}
