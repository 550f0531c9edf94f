import type { RecordDraft, Tier } from "@custody/domain";

const START_MS = Date.parse("2026-11-20T12:00:00Z");
let made = 0;

/** The time so many seconds after noon. */
export function at(seconds: number): string {
  return new Date(START_MS + seconds * 1000).toISOString().replace("Z", "000Z");
}

export function msAt(seconds: number): number {
  return START_MS + seconds * 1000;
}

/** A record as the data path writes them, with what a test gives. */
export function record(type: string, seconds: number, given: Partial<RecordDraft> = {}): RecordDraft {
  made += 1;
  return {
    action: `action-${made}`,
    actor: { agent: { instance: "i", name: "robot" } },
    level: "warning",
    links: {},
    message: { key: type, params: {} },
    project: "web",
    session: "s-1",
    target: { environment: "production", kind: "postgres", name: "shop" },
    time: at(seconds),
    type,
    ...given,
  };
}

/** One statement of a session, asked for or denied. */
export function statement(
  type: "requested" | "denied",
  seconds: number,
  { digest, names = ["orders"], session = "s-1", tier }: StatementGiven,
): RecordDraft {
  return record(`db.statement.${type}`, seconds, {
    decision: { effect: "deny", policy: "", reasons: [], rule: "no-deletes" },
    operations: [
      {
        kind: "delete",
        objects: names.map((name) => ({
          database: "shop",
          name,
          resolved: "catalog" as const,
          role: "write" as const,
          schema: "public",
        })),
        tier,
        verb: "DELETE",
      },
    ],
    session,
    statement: { digest, text: digest },
  });
}

interface StatementGiven {
  readonly digest: string;
  readonly tier: Tier;
  readonly names?: readonly string[];
  readonly session?: string;
}
