import { randomBytes } from "node:crypto";
import { type AuditRecord, uuidv7Source } from "@custody/domain";
import { canonicalJson, openLedger } from "@custody/ledger";
import { ledgerEventRecords } from "../../apps/cli/src/recorder/ledger-events.ts";
import { originOf } from "../../apps/cli/src/recorder/origin.ts";

export const newId: () => string = uuidv7Source(Date.now, randomBytes);

/** What a test wants to be different in a record; the rest is an ordinary statement. */
export type RecordChange = Partial<Omit<AuditRecord, "source">>;

/** Writes records into a ledger as the program would, without a server; returns them as they were written. */
export async function writeLedger(
  directory: string,
  changes: readonly RecordChange[],
): Promise<AuditRecord[]> {
  const origin = originOf({ host: "test", instance: newId(), timezone: "Etc/UTC", version: "0.1.0" });
  const ledger = await openLedger({ describeEvent: ledgerEventRecords(origin, newId), directory });
  const written: AuditRecord[] = [];
  for (const [sequence, change] of changes.entries()) {
    const record: AuditRecord = {
      ...ordinary(),
      location: origin.location,
      ...change,
      source: { ...origin.source, sequence },
    };
    await ledger.appendAll(
      [
        {
          payload: canonicalJson(record),
          scope: { class: "session", project: record.project, session: record.session ?? "" },
          sequence,
          ...(record.session === undefined ? undefined : { session: record.session }),
          source: origin.source.instance,
          timeMs: Date.parse(record.time),
          type: record.type,
        },
      ],
      "queued",
    );
    written.push(record);
  }
  await ledger.close();
  return written;
}

function ordinary(): Omit<AuditRecord, "source" | "location"> {
  const type = "db.statement.completed";
  return {
    action: newId(),
    actor: {
      agent: { instance: "a", name: "robot" },
      human: { assurance: "token", id: "local", name: "local operator" },
    },
    decision: { effect: "allow", policy: "0".repeat(64), reasons: [], rule: "default" },
    duration: { heldUs: 0, totalUs: 900, upstreamUs: 700 },
    effect: { bytes: 4, rows: { returned: 1 }, source: "server", status: "ok", tag: "SELECT 1" },
    id: newId(),
    level: "info",
    links: { connection: "c" },
    message: { key: type, params: { target: "shop", verb: "SELECT" } },
    operations: [{ kind: "read", objects: [], tier: "read", verb: "SELECT" }],
    project: "default",
    session: "s",
    statement: { digest: "1".repeat(64), protocol: "simple", text: "SELECT 1" },
    target: { database: "shop", environment: "development", kind: "postgres", name: "shop" },
    time: "2026-11-20T12:00:00.000000Z",
    transaction: { outcome: "committed" },
    type,
    v: 1,
  };
}
