import { formats, type SinkEntry } from "@custody/sinks";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dangerousOnScreen } from "../hostile/texts.ts";
import { anyEntry, recordTypes } from "./any-record.ts";
import { ecsProblems, ecsSchema } from "./ecs-schema.ts";
import { ocsfProblems } from "./ocsf-schema.ts";

const parsed = (format: "ocsf" | "ecs" | "jsonl", entry: SinkEntry) =>
  JSON.parse(formats[format].line(entry));
const oneOf = (type: string): SinkEntry => {
  const [entry] = fc.sample(anyEntry, { numRuns: 1, seed: 7 }) as [SinkEntry];
  return { ...entry, record: { ...entry.record, type } };
};

test("every record becomes an event that the published OCSF schema allows", () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      expect(ocsfProblems(parsed("ocsf", entry))).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

test("every record becomes a document that the published ECS fields allow", () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      expect(ecsProblems(parsed("ecs", entry))).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

test("JSON Lines keep the record exactly", () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      const { index, integrity, ...record } = parsed("jsonl", entry);
      expect({ index, record }).toEqual({
        index: entry.index,
        record: JSON.parse(JSON.stringify(entry.record)),
      });
      expect(integrity).toEqual({ leafHash: entry.leafHash, previousLeafHash: entry.previousLeafHash });
    }),
  );
});

test.each(Object.values(formats))("a line of $name is one line, which a terminal survives", ({ line }) => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      const text = line(entry);
      expect(text).toMatch(/\r?\n$/);
      expect(text.replace(/\r?\n$/, "")).not.toMatch(dangerousOnScreen);
    }),
    { numRuns: 500 },
  );
});

test.each(recordTypes)("%s has a class and an outcome", (type) => {
  const event = parsed("ocsf", oneOf(type));
  expect(ocsfProblems(event)).toEqual([]);
  const isFromTheFuture = type.startsWith("future.");
  expect(event.class_uid === 0).toBe(isFromTheFuture);
  expect(event.metadata.event_code).toBe(type);
  expect(parsed("ecs", oneOf(type)).event.category ?? []).toHaveLength(
    isFromTheFuture ? 0 : type === "db.connection.opened" ? 2 : 1,
  );
});

describe("what an event says", () => {
  const [base] = fc.sample(anyEntry, { numRuns: 1, seed: 3 }) as [SinkEntry];
  const with_ = (change: object): SinkEntry => ({
    ...base,
    index: 41,
    record: { ...base.record, level: "info", type: "db.statement.completed", ...change },
  });
  const done = { bytes: 1, rows: {}, source: "server", status: "ok" };

  test.each([
    ["a committed write", { effect: done, transaction: { outcome: "committed" } }, 1, "success"],
    ["a write that was undone", { effect: done, transaction: { outcome: "rolled-back" } }, 99, "failure"],
    ["an answered write", { effect: done, type: "db.statement.answered" }, 0, "unknown"],
    ["a denial", { effect: { ...done, status: "denied" }, type: "db.statement.denied" }, 2, "failure"],
    [
      "an unknown end",
      { effect: { ...done, status: "unknown" }, type: "db.statement.unknown" },
      0,
      "unknown",
    ],
    ["a request", { effect: undefined, type: "db.statement.requested" }, 0, "unknown"],
    ["a refused connection", { type: "db.connection.refused" }, 2, "failure"],
  ])("%s is counted as what it is", (_, change, statusId, outcome) => {
    expect(parsed("ocsf", with_(change)).status_id).toBe(statusId);
    expect(parsed("ecs", with_(change)).event.outcome).toBe(outcome);
  });

  const operation = (kind: string, verb: string, tier = "write") => ({
    operations: [{ kind, objects: [], tier, verb }],
  });

  test.each([
    ["read", "SELECT", 4],
    ["insert", "INSERT", 5],
    ["update", "UPDATE", 2],
    ["delete", "DELETE", 7],
    ["define", "CREATE TABLE", 6],
    ["define", "DROP TABLE", 7],
    ["define", "ALTER TABLE", 2],
    ["copy", "COPY TO", 1],
    ["grant", "GRANT", 99],
    ["unknown", "?", 0],
  ])("%s by %s is activity %i", (kind, verb, activity) => {
    const event = parsed("ocsf", with_(operation(kind, verb)));
    expect(event).toMatchObject({ activity_id: activity, class_uid: 6005, type_uid: 600500 + activity });
  });

  test("the chain stands in attestation_list, and points back", () => {
    const { attestation_list, metadata } = parsed("ocsf", with_({}));
    expect(metadata.uid).toBe(`${base.origin}/41`);
    expect(attestation_list).toEqual([
      {
        authority_uid: base.origin,
        chain_uid: base.origin,
        fingerprint: expect.objectContaining({ algorithm_id: 3, value: base.leafHash }),
        prev_event: {
          fingerprint: expect.objectContaining({ value: base.previousLeafHash }),
          uid: `${base.origin}/40`,
        },
        uid: `${base.origin}/41`,
      },
    ]);
    expect(parsed("ocsf", { ...with_({}), index: 0 }).attestation_list[0]).not.toHaveProperty("prev_event");
  });

  test("what checks a session's token stays in the ledger", () => {
    const details = { expiresAt: "2026-11-21T00:00:00Z", salt: "c2FsdA==", storedKey: "a", serverKey: "b" };
    for (const format of ["ocsf", "ecs", "csv"] as const) {
      const line = formats[format].line(with_({ details, type: "session.started" }));
      expect(line).toContain("expiresAt");
      expect(line).not.toMatch(/storedKey|serverKey|c2FsdA==/);
    }
  });
});

test("the validators find what is wrong", () => {
  const event = parsed("ocsf", oneOf("db.statement.completed"));
  const problems = (change: object) => ocsfProblems({ ...event, ...change });
  expect(problems({ invented: 1 })).toEqual(["invented: the schema has no such attribute"]);
  expect(problems({ severity_id: "1" })[0]).toContain("severity_id");
  expect(problems({ severity_id: 7 })[0]).toContain("not one of");
  expect(problems({ type_uid: 1 })[0]).toContain("type_uid");
  expect(problems({ time: 1.5 })[0]).toContain("no timestamp_t");
  expect(problems({ actor: undefined }).join()).toContain("actor: is required");
  expect(problems({ actor: { invented: 1 } })).toHaveLength(2);
  expect(problems({ attestation_list: {} })[0]).toContain("no list");
  expect(problems({ metadata: { ...event.metadata, profiles: [] } }).join()).toContain("needs the profile");
  expect(problems({ status: undefined, status_id: 99 }).join()).toContain("99 needs its own word");
  expect(problems({ class_uid: 1 })[0]).toContain("not in the schema");

  const document = parsed("ecs", oneOf("db.statement.completed"));
  const ecs = (change: object) => ecsProblems({ ...document, ...change });
  expect(ecs({ invented: 1 })).toEqual(["invented: the schema has no such field"]);
  expect(ecs({ host: { invented: "x" } })[0]).toContain("host.invented");
  expect(ecs({ host: { name: ["x"] } })[0]).toContain("list");
  expect(ecs({ source: { ip: "nowhere" } })[0]).toContain("no ip");
  expect(ecs({ "@timestamp": "yesterday" })[0]).toContain("no date");
  expect(ecs({ event: { ...document.event, category: ["database"], type: ["start"] } })[0]).toContain(
    "go with",
  );
  expect(ecs({ ecs: { version: "1" } })[0]).toContain("ecs.version");
  expect(Object.keys(ecsSchema.fields).length).toBeGreaterThan(100);
});
