import { isLoopbackHost } from "@custody/gateway/upstream-url";
import type { Status } from "@custody/server";
import { formatAddress } from "../config/address.ts";
import type { Config } from "../config/read-config.ts";
import { resolveTarget } from "../config/upstream.ts";
import type { Environment } from "../environment.ts";
import { readPolicy } from "../policy/policy-record.ts";
import { type Diagnosis, fail, ok, unknown, warn } from "./finding.ts";

/** Entries that the index may be behind without anybody noticing. */
const LAG_MAX = 1000;

export function checkConfiguration(config: Config, environment: Environment): Diagnosis[] {
  const found: Diagnosis[] = [];
  for (const target of config.targets) {
    try {
      resolveTarget(target, config, environment);
    } catch (error) {
      const advice = "set it here as well as for the service, and run: custody config check";
      found.push(fail("upstream", (error as Error).message, advice));
    }
  }
  try {
    const { origin } = readPolicy(config);
    found.push(ok("policy", `the rules come from ${origin}`));
  } catch (error) {
    found.push(fail("policy", (error as Error).message, "correct it, and run: custody config check"));
  }
  if (config.targets.length === 0)
    found.push(
      warn("targets", "no target is configured, so nothing is guarded", "see docs/configuration.md"),
    );
  return found;
}

export function checkListeners(config: Config): Diagnosis {
  const id = "listeners";
  const exposed = [config, ...config.targets]
    .filter(({ listen, tls }) => tls === undefined && !isLoopbackHost(listen.host))
    .map(({ listen }) => listen);
  return exposed.length === 0
    ? ok(id, "everything listens on loopback only, or in TLS")
    : warn(
        id,
        `${exposed.map(formatAddress).join(", ")} can be reached from other machines, without TLS`,
        "listen on loopback, or give it tls: { cert, key }",
      );
}

export function checkUndo({ targets }: Config): Diagnosis {
  const names = targets.map(({ name }) => name).join(", ");
  return warn(
    "undo",
    names === "" ? "undo is not built yet" : `undo is not built yet; not covered: ${names}`,
    "keep backups of the databases themselves",
  );
}

export function checkServer(status: Status | undefined, version: string): Diagnosis {
  const id = "server";
  if (status === undefined)
    return warn(id, "no server answers: nothing goes through Custody now", "start it: custody up");
  const { failure } = status.ledger;
  if (failure !== null)
    return fail(
      id,
      `the ledger cannot write: ${failure.message} (${failure.code})`,
      "see docs/when-custody-is-down.md",
    );
  return status.version === version
    ? ok(id, `version ${version} is running, process ${status.pid}`)
    : warn(id, `version ${status.version} is running, this command is ${version}`, "start it again");
}

export function checkIndex(status: Status | undefined): Diagnosis {
  const id = "index";
  const { index } = (status ?? {}) as { index?: { cursor: number; size: number } | null };
  if (!index) return unknown(id, "how far the index is cannot be seen while no server answers", "");
  const behind = index.size - index.cursor;
  return behind > LAG_MAX
    ? warn(
        id,
        `the index is ${behind} entries behind; the page and searches wait for it`,
        "wait, or look at the log",
      )
    : ok(id, `the index is ${behind} entries behind`);
}
