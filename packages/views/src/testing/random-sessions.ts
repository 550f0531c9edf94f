import { type AuditRecord, type RecordDraft, rfc3339, type Usage, uuidv7Source } from "@custody/domain";
import { randomFrom } from "./random-records.ts";

const SESSIONS = ["a", "b", "c", "d", "e", "f"];
const PARENTS: Readonly<Record<string, string>> = { c: "a", d: "c", e: "gone" };
const MODELS = ["claude-x", "gpt-y", "house-z"];

/**
 * Runs of agents with what they ask of models: prompts, requests with and without a price, also in another currency and
 * reported ones, tool calls, statements; some are started and ended, some have no beginning or no end.
 */
export function randomSessions(seed: number, count: number): AuditRecord[] {
  const random = randomFrom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)] as Value;
  let timeUs = 1_760_000_000_000_000;
  const newId = uuidv7Source(
    () => timeUs / 1000,
    (size) => Uint8Array.from({ length: size }, () => random(256)),
  );
  const records: AuditRecord[] = [];
  for (let at = 0; at < count; at += 1) {
    timeUs += random(20) === 0 ? -random(5_000_000) : random(7_200_000_000);
    const record = { ...draft(), time: rfc3339(timeUs) };
    const source = {
      instance: "i",
      kind: "gateway",
      name: "g",
      sequence: at,
      vantage: random(5) === 0 ? "reported" : "observed",
      version: "1",
    } as const;
    records.push({ ...record, id: newId(), location: { host: "h", timezone: "UTC" }, source, v: 1 });
  }
  return records;

  function draft(): Omit<RecordDraft, "time"> {
    const session = random(12) === 0 ? undefined : pick(SESSIONS);
    const type = pick(TYPES);
    const parent = session === undefined ? undefined : PARENTS[session];
    const person = pick(["Ada", "Grace"]);
    return {
      action: newId(),
      actor: {
        agent: { instance: session ?? "none", name: pick(["robot", "helper"]) },
        ...(random(3) === 0 ? undefined : { human: { assurance: "token", id: person, name: person } }),
      },
      level: "info",
      links: {},
      message: { key: type, params: {} },
      ...(parent === undefined ? undefined : { parentSession: parent }),
      project: pick(["shop", "crm"]),
      ...(session === undefined ? undefined : { session }),
      type,
      ...membersOf(type),
    };
  }

  function membersOf(type: string): Partial<RecordDraft> {
    if (type === "session.started")
      return {
        details: {
          command: `run ${random(9)}`,
          directory: "/repo",
          expiresAt: rfc3339(timeUs + random(2) * 86_400_000_000_000),
          storedKey: "a secret of no list",
        },
      };
    if (type === "session.ended")
      return { details: { exitCode: random(3), reason: pick(["exited", "unknown", "stopped"]) } };
    if (type.startsWith("db.statement")) {
      const tier = pick(["read", "write", "destructive"] as const);
      return { operations: [{ kind: "read", objects: [], tier, verb: "SELECT" }] };
    }
    return type.startsWith("model.request.") && type !== "model.request.requested" && random(6) > 0
      ? { usage: usage() }
      : {};
  }

  function usage(): Usage {
    const price = random(4);
    return {
      cacheRead: random(5000),
      cacheWrite: random(500),
      costMicros: price === 0 ? null : random(2_000_000),
      currency: price === 1 ? pick(["USD", "EUR"]) : "USD",
      input: random(9000),
      model: pick(MODELS),
      output: random(3000),
      prices: "t",
      provider: pick(["anthropic", "openai"]),
      reasoning: random(100),
    };
  }
}

const TYPES = [
  "session.started",
  "session.ended",
  "prompt.submitted",
  "model.request.requested",
  ...["completed", "completed", "completed", "completed", "denied", "failed", "cancelled", "unknown"].map(
    (name) => `model.request.${name}`,
  ),
  "tool.call.requested",
  "tool.call.completed",
  "db.statement.requested",
  "db.statement.completed",
  "db.statement.denied",
];
