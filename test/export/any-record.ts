import { readFileSync } from "node:fs";
import type { AuditRecord } from "@custody/domain";
import type { SinkEntry } from "@custody/sinks";
import fc from "fast-check";
import { hostileTexts } from "../hostile/texts.ts";

const messages = readFileSync(new URL("../../packages/messages/src/en.ts", import.meta.url), "utf8");

/** Every type that has a text, which is every type that is written (test/messages.test.ts); and one from the future. */
export const recordTypes: readonly string[] = [
  ...[...messages.matchAll(/^ {2}"([^"]+)":/gm)].map((match) => match[1] as string),
  "future.thing.happened",
];

const text = fc.oneof(
  fc.string({ maxLength: 40, unit: "grapheme" }),
  fc.constantFrom(...hostileTexts.map((each) => each.text)),
);
const id = fc.uuid({ version: 7 });
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const count = fc.nat(1_000_000);
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const actor = fc.oneof(
  fc.record({ service: fc.constant("custody") }),
  fc.record({
    agent: fc.record(
      { instance: id, model: text, name: text, parent: id, version: text },
      { requiredKeys: ["instance", "name"] },
    ),
    human: optional(fc.record({ assurance: fc.constantFrom("token", "sso"), id: text, name: text })),
  }),
  fc.record({ agent: fc.record({ instance: id, name: text }) }),
  fc.constant({}),
);

const object = fc.record(
  {
    database: text,
    name: text,
    resolved: fc.constantFrom("catalog", "syntax"),
    role: fc.constantFrom("read", "write", "define"),
    schema: text,
  },
  { requiredKeys: ["database", "name", "resolved", "role"] },
);

const operation = fc.record(
  {
    kind: fc.constantFrom(
      ...["read", "insert", "update", "delete", "merge", "define", "grant", "call"],
      ...["transaction", "copy", "admin", "unknown"],
    ),
    objects: fc.array(object, { maxLength: 3 }),
    tier: fc.constantFrom("read", "write", "destructive", "admin"),
    unbounded: fc.constant(true),
    verb: fc.constantFrom("SELECT", "CREATE TABLE", "DROP TABLE", "ALTER ROLE", "COPY FROM", "VACUUM"),
  },
  { requiredKeys: ["kind", "objects", "tier", "verb"] },
);

const parameter = fc.oneof(
  fc.record({ index: count, type: text, value: text }),
  fc.record({ hex: fc.stringMatching(/^[0-9a-f]{8}$/), index: count, type: text }),
  fc.record({ index: count, null: fc.constant(true), type: text }),
);

const statement = fc.record(
  {
    bytes: fc.constant("/w=="),
    digest,
    fingerprint: digest,
    parameters: fc.array(parameter, { maxLength: 3 }),
    protocol: fc.constantFrom("simple", "extended", "function-call"),
    text,
  },
  { requiredKeys: ["digest", "text"] },
);

const effect = fc.record(
  {
    bulk: fc.record({ bytes: count, digest, direction: fc.constantFrom("in", "out") }),
    bytes: count,
    code: fc.constant("42P01"),
    error: text,
    rows: fc.record({ affected: count, matched: count, returned: count }, { requiredKeys: [] }),
    source: fc.constantFrom("server", "statistics", "not-reported"),
    status: fc.constantFrom("ok", "error", "denied", "cancelled", "skipped", "unknown"),
    tag: text,
  },
  { requiredKeys: ["bytes", "rows", "source", "status"] },
);

const target = fc.record(
  {
    database: text,
    environment: fc.constantFrom("production", "staging", "development", "disposable"),
    identity: fc.constant("7345678901234567890"),
    kind: fc.constantFrom("postgres", "mongodb", "mysql"),
    name: text,
    user: text,
  },
  { requiredKeys: ["environment", "kind", "name"] },
);

const details = fc.record(
  {
    address: fc.constantFrom(
      "127.0.0.1:5432",
      "[::1]:9",
      "::1",
      "10.0.0.7",
      "unknown:0",
      "::ffff:1.2.3.4:80",
    ),
    code: text,
    digest,
    epoch: count,
    key: text,
    message: text,
    origin: text,
    possiblyAcknowledged: fc.boolean(),
    settings: fc.array(text, { maxLength: 2 }),
    storedKey: fc.constant("c3RvcmVk"),
    text,
  },
  { requiredKeys: [] },
);

const time = fc
  .date({ max: new Date("2100-01-01"), min: new Date("2000-01-01"), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, -1)}123Z`);

/** Any record that the shape allows, of any type, with any of its parts missing; and where it stands in a ledger. */
export const anyEntry: fc.Arbitrary<SinkEntry> = fc
  .record({
    index: fc.oneof(fc.constant(0), fc.nat()),
    leafHash: fc.constant("mj9aMGbZ1Q8yqDAfDiMZRqGdbtjHwx5Gm0PvLLfCqVA="),
    origin: fc.constant("custody.local/0123456789abcdef"),
    previousLeafHash: fc.constant("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    record: fc.record(
      {
        action: id,
        actor,
        decision: fc.record(
          {
            approval: fc.record({
              approvers: fc.integer({ min: 1, max: 9 }),
              at: fc.constantFrom("start", "commit"),
              validMs: count,
              waitMs: count,
            }),
            effect: fc.constantFrom("allow", "deny", "approve", "simulate"),
            isMeasured: fc.constant(true),
            policy: fc.oneof(digest, fc.constant("")),
            reasons: fc.array(text, { maxLength: 2 }),
            rule: text,
          },
          { requiredKeys: ["effect", "policy", "reasons", "rule"] },
        ),
        details,
        duration: fc.record({ heldUs: count, totalUs: count, upstreamUs: count }),
        effect,
        id,
        level: fc.constantFrom("debug", "info", "warning", "error", "critical"),
        links: fc.record(
          {
            connection: id,
            traceparent: fc.constant("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
          },
          { requiredKeys: [] },
        ),
        location: fc.record({ host: text, timezone: fc.constant("Europe/Berlin") }),
        message: fc.record({
          key: fc.constantFrom(...recordTypes),
          params: fc.record({ agent: text, target: text, verb: text }),
        }),
        operations: fc.array(operation, { maxLength: 3 }),
        parentSession: id,
        project: text,
        session: id,
        source: fc.record({
          instance: id,
          kind: fc.constantFrom("gateway", "ledger"),
          name: fc.constant("custody"),
          sequence: count,
          vantage: fc.constantFrom("observed", "reported"),
          version: fc.constant("0.1.0"),
        }),
        statement,
        target,
        time,
        transaction: fc.record({ outcome: fc.constantFrom("committed", "rolled-back", "open", "unknown") }),
        type: fc.constantFrom(...recordTypes),
        v: fc.constant(1),
      },
      {
        requiredKeys: [
          ...(["action", "actor", "id", "level", "links", "location", "message"] as const),
          ...(["project", "source", "time", "type", "v"] as const),
        ],
      },
    ),
  })
  // The parts are typed as text where the record has a choice of words.
  .map((entry) => entry as unknown as Omit<SinkEntry, "record"> & { record: AuditRecord });
