import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { type RecordDraft, rfc3339 } from "@custody/domain";
import { type GatewayPolicy, loadPolicy } from "@custody/gateway/rules";
import type { Config } from "../config/read-config.ts";
import { CliError } from "../error.ts";

/** Reads and compiles the rules that the configuration names. @throws CliError FILE_UNUSABLE, GatewayError */
export function readPolicy({ policy }: Config): GatewayPolicy {
  if (policy === undefined) return loadPolicy();
  let text: string;
  try {
    text = readFileSync(policy, "utf8");
  } catch (cause) {
    const what = `the policy ${policy} cannot be read`;
    throw new CliError("FILE_UNUSABLE", what, "write it, or correct `policy` in custody.yaml", { cause });
  }
  return loadPolicy({ origin: policy, text });
}

/**
 * Puts the whole text on record, and what stands behind it: a decision names its digest, and whoever asks later needs what it
 * said. Nobody signs a file; `by` is the user of the operating system under which it was put in force.
 */
export function policyLoadedRecord(
  policy: GatewayPolicy,
  occasion: "start" | "reload",
  action: string,
  nowUs: number,
): RecordDraft {
  const { builtin, digest, origin, presets, standing, text } = policy;
  return {
    action,
    actor: { service: "custody" },
    details: {
      builtin,
      by: systemUser(),
      digest,
      occasion,
      origin,
      presets: Object.keys(presets),
      presetTexts: Object.values(presets),
      standing: [standing.production, standing.staging, standing.development],
      text,
    },
    level: "info",
    links: {},
    message: { key: "policy.loaded", params: { origin } },
    project: "",
    time: rfc3339(nowUs),
    type: "policy.loaded",
  };
}

/** A user can have a number and no name, as in a container. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "");
  }
}
