import { readFileSync } from "node:fs";
import { AnchorError, reachableWitnesses } from "@custody/anchors";
import { LedgerError, nodePrimitives } from "@custody/ledger";
import { parseWitnessPolicy, type WitnessPolicy } from "@custody/ledger/verifier";
import type { OutsideSettings, ServerSettings } from "@custody/server";
import type { Config } from "../config/read-config.ts";
import { readPem } from "../config/tls-files.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { anchorSettings } from "./anchor-settings.ts";

const ADVICE = "correct it, see docs/witnesses.md";

/** What the server's process is told about places outside. @throws CliError CONFIG_INVALID */
export async function outsideSettings(
  config: Config,
  environment: Environment,
): Promise<Pick<ServerSettings, "authorities" | "outside">> {
  const ca = config.witnesses?.ca;
  // Only to find out now whether it can be read: the process reads it again.
  if (ca !== undefined) readPem(ca, "witnesses.ca");
  return {
    ...(ca === undefined ? {} : { authorities: ca }),
    outside: { ...(await witnessSettings(config)), ...anchorSettings(config, environment) },
  };
}

async function witnessSettings({ witnesses }: Config): Promise<Pick<OutsideSettings, "witnesses">> {
  if (witnesses === undefined) return {};
  const { allowPlaintext, everyMs, policy: file } = witnesses;
  const policy = readPolicyFile(file);
  await parsePolicyFile(policy, file, allowPlaintext);
  return { witnesses: { allowPlaintext, everyMs, policy } };
}

/** The policy of witnesses that the configuration names; undefined where it names none. @throws CliError CONFIG_INVALID */
export async function configuredPolicy({ witnesses }: Config): Promise<WitnessPolicy | undefined> {
  if (witnesses === undefined) return undefined;
  const { allowPlaintext, policy } = witnesses;
  return parsePolicyFile(readPolicyFile(policy), policy, allowPlaintext);
}

function readPolicyFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CliError("CONFIG_INVALID", `witnesses.policy: ${file} cannot be read`, ADVICE, { cause });
  }
}

async function parsePolicyFile(text: string, file: string, allowPlaintext: boolean): Promise<WitnessPolicy> {
  try {
    const policy = await parseWitnessPolicy(text, nodePrimitives);
    const reachable = reachableWitnesses(policy, { allowPlaintext });
    if (reachable.length > 0) return policy;
    const unsupported = policy.witnesses.some(({ key, url }) => key === undefined && url !== undefined);
    const why = unsupported
      ? "the only witnesses with a URL sign with ML-DSA-44, which is not supported yet"
      : "no witness in it has a URL, so none could be asked";
    throw new CliError("CONFIG_INVALID", `${file}: ${why}`, ADVICE);
  } catch (cause) {
    if (!(cause instanceof LedgerError || cause instanceof AnchorError)) throw cause;
    throw new CliError("CONFIG_INVALID", `${file}: ${cause.message}`, ADVICE, { cause });
  }
}
