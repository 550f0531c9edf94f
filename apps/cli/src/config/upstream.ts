import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { TargetOptions } from "@custody/gateway";
import { GatewayError, isLoopbackHost, parsePostgresUrl } from "@custody/gateway/upstream-url";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { isTlsRequired } from "./plaintext.ts";
import type { Config } from "./read-config.ts";
import type { TargetConfig } from "./schema.ts";
import { readTlsFiles } from "./tls-files.ts";
import { readUpstreamTls } from "./upstream-tls.ts";

/**
 * Puts a target's configuration, its secret and its files together.
 *
 * @throws CliError UPSTREAM_MISSING, CONFIG_INVALID
 */
export function resolveTarget(
  target: TargetConfig,
  config: Config,
  environment: Environment,
  warn: (text: string) => void = () => {},
): TargetOptions {
  const { allowPlaintext: _, listen, tls, upstream, ...rest } = target;
  const { text, place } = readUpstream(target, config.folder, environment);
  try {
    const parsed = parsePostgresUrl(text);
    refuseOwnAddress(target.name, parsed, config, place);
    const { tls: _tls, ...database } = parsed;
    const upstreamTls = readUpstreamTls(target.name, parsed, config.folder, environment, warn);
    const files = tls && readTlsFiles(tls, `target ${target.name}, tls`, config.folder, warn);
    return {
      ...rest,
      ...(files === undefined ? undefined : { tls: { ...files, isRequired: isTlsRequired(target) } }),
      host: listen.host,
      port: listen.port,
      upstream: database,
      upstreamTls,
    };
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    const what = `target ${target.name}: ${cause.message} (${cause.code})`;
    throw new CliError("CONFIG_INVALID", what, `correct ${place}`, { cause });
  }
}

/**
 * A shell in which an agent's address was set has it under the same name as the database's. Custody would connect to
 * itself, and every connection would make another one.
 */
function refuseOwnAddress(
  name: string,
  { host, port }: { readonly host: string; readonly port: number },
  config: Config,
  place: string,
): void {
  const isOwn = config.targets.some(({ listen }) => {
    const isHere = listen.host === host || (isLoopbackHost(host) && isEverywhereOrLoopback(listen.host));
    return listen.port === port && isHere;
  });
  if (!isOwn) return;
  const what = `target ${name}: its upstream ${host}:${port} is Custody's own address, as agents get it`;
  throw new CliError("CONFIG_INVALID", what, `give the database's own address in ${place}`);
}

function isEverywhereOrLoopback(host: string): boolean {
  return host === "0.0.0.0" || host === "::" || isLoopbackHost(host);
}

/** The variable that a session hands the agent's address over in. */
export function variableOf({ name, upstream }: TargetConfig): string {
  if (typeof upstream === "object" && "env" in upstream) return upstream.env;
  return `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_URL`;
}

function readUpstream(
  { name, upstream }: TargetConfig,
  folder: string,
  environment: Environment,
): { text: string; place: string } {
  if (typeof upstream === "string") return { place: "its upstream in custody.yaml", text: upstream };
  if ("env" in upstream) {
    const text = environment.variables[upstream.env];
    if (text !== undefined && text !== "") return { place: `the variable ${upstream.env}`, text };
    const what = `target ${name}: the environment variable ${upstream.env} is not set`;
    throw new CliError(
      "UPSTREAM_MISSING",
      what,
      "set it to the database's URL, postgres://user:password@host/database",
    );
  }
  const file = resolve(folder, upstream.file);
  try {
    return { place: `the file ${file}`, text: readFileSync(file, "utf8") };
  } catch (cause) {
    const what = `target ${name}: ${file} cannot be read`;
    throw new CliError("UPSTREAM_MISSING", what, "write the database's URL into it", { cause });
  }
}
