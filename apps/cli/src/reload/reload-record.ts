import { type RecordDraft, rfc3339 } from "@custody/domain";
import type { GatewayChange } from "@custody/gateway";

interface ReloadFacts extends GatewayChange {
  readonly file: string;
  readonly digest: string;
  readonly policy: string;
  readonly needsRestart: readonly string[];
}

interface RejectFacts {
  readonly file: string;
  readonly digest?: string;
  readonly code: string;
  readonly reason: string;
}

export function reloadedRecord(facts: ReloadFacts, action: string, nowUs: number): RecordDraft {
  return {
    ...base(action, nowUs),
    details: { ...facts },
    level: "info",
    message: { key: "config.reloaded", params: { file: facts.file } },
    type: "config.reloaded",
  };
}

export function rejectedRecord(facts: RejectFacts, action: string, nowUs: number): RecordDraft {
  return {
    ...base(action, nowUs),
    details: { ...facts },
    level: "warning",
    message: { key: "config.rejected", params: { file: facts.file, reason: facts.reason } },
    type: "config.rejected",
  };
}

function base(action: string, nowUs: number) {
  return { action, actor: { service: "custody" }, links: {}, project: "", time: rfc3339(nowUs) };
}
