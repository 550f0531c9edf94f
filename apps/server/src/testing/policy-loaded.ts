import type { AuditRecord } from "@custody/domain";
import { compilePolicy, LIBRARY } from "@custody/policy";
import { recordOf } from "./served-ledger.ts";

/** The record of a policy that was put in force. */
export function policyLoaded(
  text: string,
  given: Partial<AuditRecord> & { by?: string; occasion?: string } = {},
): AuditRecord {
  const { by = "root", occasion = "start", ...rest } = given;
  const { digest, presets } = compilePolicy(text, "policy.yaml");
  return recordOf({
    details: {
      builtin: LIBRARY.builtin,
      by,
      digest,
      occasion,
      origin: "policy.yaml",
      presets,
      presetTexts: presets.map((name) => LIBRARY.presets[name] ?? ""),
      standing: Object.values(LIBRARY.standing),
      text,
    },
    message: { key: "policy.loaded", params: { origin: "policy.yaml" } },
    project: "",
    type: "policy.loaded",
    ...rest,
  });
}
