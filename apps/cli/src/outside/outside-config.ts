import { readFileSync } from "node:fs";
import { AnchorError, reachableWitnesses } from "@custody/anchors";
import { LedgerError, nodePrimitives } from "@custody/ledger";
import { parseWitnessPolicy, type WitnessPolicy } from "@custody/ledger/verifier";
import type { ServerSettings } from "@custody/server";
import type { Config } from "../config/read-config.ts";
import { readPem } from "../config/tls-files.ts";
import { CliError } from "../error.ts";

const ADVICE = "correct it, see docs/witnesses.md";

/** What the server's process is told about places outside; undefined where there is none. @throws CliError CONFIG_INVALID */
export async function outsideSettings({
  witnesses,
}: Config): Promise<Pick<ServerSettings, "authorities" | "outside"> | undefined> {
  if (witnesses === undefined) return undefined;
  const { allowPlaintext, ca, everyMs, policy: file } = witnesses;
  const policy = readPolicyFile(file);
  await parsePolicyFile(policy, file, allowPlaintext);
  // Only to find out now whether it can be read: the process reads it again.
  if (ca !== undefined) readPem(ca, "witnesses.ca");
  return {
    ...(ca === undefined ? {} : { authorities: ca }),
    outside: { witnesses: { allowPlaintext, everyMs, policy } },
  };
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
