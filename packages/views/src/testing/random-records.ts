import type { AuditRecord, Operation, TouchedObject } from "@custody/domain";
import { rfc3339, uuidv7Source } from "@custody/domain";

type NewRecord = Omit<AuditRecord, "id" | "links" | "location" | "source" | "time" | "v">;

/** Repeats with its seed. */
export function randomFrom(seed: number): (count: number) => number {
  let state = seed >>> 0 || 1;
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

const TABLES = ["orders", "items", "public.customers", "Kunden", "audit.log", "público"];
const AGENTS = ["robot", "Ada", "ágent", "x"];
const WORDS = [
  "select",
  "insert",
  "order_items",
  "Müller",
  "naïve",
  "O'Reilly",
  '"quoted"',
  "NEAR",
  "AND",
  "東京",
  "x1",
  "дата",
  "%",
  "a*b",
  "100",
];
const FINAL = ["completed", "completed", "completed", "denied", "failed", "cancelled", "unknown"];

/**
 * A ledger's worth of records of every kind: statements that end at once or much later, or never; transactions that are
 * answered first; connections; records without a session; several of one action with other words.
 */
export function randomRecords(seed: number, count: number): AuditRecord[] {
  const random = randomFrom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)] as Value;
  let timeUs = 1_760_000_000_000_000 + random(1000);
  const newId = uuidv7Source(
    () => timeUs / 1000,
    (size) => Uint8Array.from({ length: size }, () => random(256)),
  );
  const records: AuditRecord[] = [];
  const open: AuditRecord[] = [];
  const push = (record: NewRecord): AuditRecord => {
    // Clocks go back now and then.
    timeUs += random(20) === 0 ? -random(5_000_000) : random(1_000_000);
    const source = {
      instance: "i",
      kind: "gateway",
      name: "g",
      sequence: records.length,
      vantage: "observed",
      version: "1",
    } as const;
    const made = {
      ...record,
      id: newId(),
      links: {},
      location: { host: "h", timezone: "UTC" },
      source,
      time: rfc3339(timeUs),
      v: 1,
    } as const;
    records.push(made);
    return made;
  };
  while (records.length < count) {
    const chance = random(10);
    if (chance < 5) open.push(push(requested()));
    else if (chance < 9 && open.length > 0) {
      const at = random(3) === 0 ? random(open.length) : open.length - 1;
      const before = open[at] as AuditRecord;
      const isAnswer = random(6) === 0;
      if (!isAnswer) open.splice(at, 1);
      push(ended(before, isAnswer ? "answered" : pick(FINAL)));
    } else push(other());
  }
  return records;

  function who() {
    const session = `0190aaaa-0000-7000-8000-00000000000${random(8)}`;
    const agent = { instance: session, name: pick(AGENTS) };
    const target = {
      database: "shop",
      environment: "development",
      kind: "postgres",
      name: pick(["shop", "crm"]),
      user: "app",
    } as const;
    return { actor: { agent }, project: pick(["default", "other"]), session, target };
  }

  function operation(): Operation {
    const objects = Array.from({ length: random(4) }, (): TouchedObject => {
      const [first, second] = pick(TABLES).split(".") as [string, string?];
      const names = second === undefined ? { name: first } : { name: second, schema: first };
      return {
        database: "shop",
        resolved: "syntax",
        role: pick(["read", "write"] as const),
        ...names,
      } as const;
    });
    const verb = pick(["SELECT", "INSERT", "DELETE", "ALTER ROLE"]);
    return {
      kind: "read",
      objects,
      tier: pick(["read", "read", "write", "destructive", "admin"] as const),
      verb,
    };
  }

  function text(): string {
    return Array.from({ length: random(12) }, () => pick(WORDS)).join(pick([" ", ",", "_", ""]));
  }

  function requested(): NewRecord {
    const long = random(15) === 0 ? "long ".repeat(80 + random(2500)) : "";
    const value = random(2) === 0 ? {} : { parameters: [{ index: 1, type: "text", value: text() }] };
    const decision = {
      effect: "allow",
      policy: "p",
      reasons: [],
      rule: pick(["default", "no-drops"]),
    } as const;
    return {
      action: newId(),
      ...who(),
      decision,
      level: "info",
      message: { key: "db.statement.requested", params: { target: "shop", verb: "SELECT" } },
      operations: Array.from({ length: 1 + random(2) }, operation),
      statement: { digest: "d", text: long + text(), ...value },
      type: "db.statement.requested",
    } as const;
  }

  function ended(before: AuditRecord, name: string): NewRecord {
    const type = `db.statement.${name}`;
    const error = name === "failed" ? { code: "23505", error: `duplicate ${text()}` } : {};
    return {
      ...before,
      duration: { heldUs: 0, totalUs: random(5000), upstreamUs: 3 },
      effect: { bytes: 0, rows: { affected: random(50) }, source: "server", status: "ok", ...error },
      level: name === "completed" ? "info" : pick(["warning", "error"] as const),
      message: { key: type, params: { target: "shop", verb: "SELECT" } },
      ...(random(2) === 0 ? {} : { transaction: { outcome: pick(["committed", "rolled-back"] as const) } }),
      type,
    } as const;
  }

  function other(): NewRecord {
    const id = newId();
    const type = pick(["db.connection.opened", "db.connection.closed", "policy.loaded", "session.started"]);
    const isOurs = type === "policy.loaded";
    const base = isOurs ? { actor: { service: "custody" }, project: "" } : who();
    const details = { address: "127.0.0.1:5", application: text(), size: random(100) };
    return {
      action: id,
      ...base,
      details,
      level: pick(["debug", "info", "critical"] as const),
      message: { key: type, params: { n: random(9) } },
      type,
    } as const;
  }
}
