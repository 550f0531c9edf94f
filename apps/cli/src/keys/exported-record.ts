import { type RecordDraft, rfc3339 } from "@custody/domain";

export interface ExportedFacts {
  readonly ledger: string;
  readonly generation: number;
  readonly recipients: readonly string[];
  /** Who made it: `command` without a server, `server` for a command that asked it, `start` by the configuration. */
  readonly by: "command" | "server" | "start";
}

/** Who can open the copy, from now on and for as long as it exists. Never the key. */
export function exportedRecord(facts: ExportedFacts, action: string, nowUs: number): RecordDraft {
  const { generation, recipients } = facts;
  return {
    action,
    actor: { service: "custody" },
    details: { ...facts },
    level: "warning",
    links: {},
    message: { key: "key.exported", params: { generation, recipients: recipients.map(shorten).join(", ") } },
    project: "",
    time: rfc3339(nowUs),
    type: "key.exported",
  };
}

/** A post-quantum recipient has two thousand characters; `details` has all of them. */
export function shorten(recipient: string): string {
  return recipient.length <= 80 ? recipient : `${recipient.slice(0, 40)}…`;
}
