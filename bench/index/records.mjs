import { randomBytes } from "node:crypto";
import { rfc3339, uuidv7Source } from "@custody/domain";

const TABLES = ["orders", "customers", "items", "payments", "audit_log", "sessions", "invoices", "products"];
const DIGEST = "7f2c43106364d8112fcc3060e4ab8b20f5d1a17d9cbf3c2540529663004adff8";
const SESSIONS = 300;

/** Pairs of records as statements leave them, from 300 sessions of 7 agents on 3 targets; the same each time but for ids. */
export function* statementRecords(count) {
  let timeUs = 1_760_000_000_000_000;
  let state = 1;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const newId = uuidv7Source(
    () => timeUs / 1000,
    (size) => randomBytes(size),
  );
  const sessions = Array.from({ length: SESSIONS }, newId);
  for (let sequence = 0; sequence < count; sequence += 2) {
    timeUs += random(2000);
    const at = random(SESSIONS);
    const chance = random(1000);
    const verb = ["SELECT", "SELECT", "SELECT", "INSERT", "UPDATE", "DELETE"][random(6)];
    const table = TABLES[random(20) < 17 ? random(5) : random(8)];
    const base = {
      action: newId(),
      actor: {
        agent: { instance: sessions[at], name: `agent-${at % 7}` },
        human: { assurance: "token", id: "local", name: "local operator" },
      },
      decision: { effect: "allow", policy: DIGEST, reasons: [], rule: "default" },
      links: { connection: sessions[at] },
      location: { host: "bench", timezone: "UTC" },
      operations: [
        {
          kind: verb.toLowerCase(),
          objects: [
            { database: "shop", name: table, resolved: "syntax", role: verb === "SELECT" ? "read" : "write" },
          ],
          tier: chance < 3 ? "destructive" : verb === "SELECT" ? "read" : "write",
          verb,
        },
      ],
      project: "default",
      session: sessions[at],
      source: {
        instance: "bench",
        kind: "gateway",
        name: "bench",
        sequence,
        vantage: "observed",
        version: "0",
      },
      statement: {
        digest: DIGEST,
        fingerprint: "50fde20626009aba",
        parameters: [{ index: 1, type: "text", value: `status-${random(10)}` }],
        protocol: "extended",
        text: statement(verb, table, random),
      },
      target: {
        database: "shop",
        environment: "production",
        identity: "7391723",
        kind: "postgres",
        name: ["shop", "crm", "billing"][at % 3],
        user: "app",
      },
      v: 1,
    };
    yield record(base, newId(), timeUs, "requested");
    timeUs += random(500);
    const name = chance < 5 ? "denied" : chance < 20 ? "failed" : "completed";
    yield {
      ...record(base, newId(), timeUs, name),
      duration: { heldUs: 0, totalUs: random(5000), upstreamUs: 300 },
      effect: { bytes: 200, rows: { affected: 1 }, source: "server", status: "ok", tag: `${verb} 1` },
      level: name === "completed" ? "info" : "warning",
      transaction: { outcome: "committed" },
    };
  }
}

function record(base, id, timeUs, name) {
  const type = `db.statement.${name}`;
  const message = { key: type, params: { target: base.target.name, verb: base.operations[0].verb } };
  return { ...base, id, level: "info", message, time: rfc3339(timeUs), type };
}

function statement(verb, table, random) {
  if (verb === "SELECT")
    return (
      `SELECT o.id, o.customer_id, c.name FROM ${table} o JOIN customers c ON c.id = o.customer_id ` +
      `WHERE o.status = $1 AND o.total > ${random(1000)} ORDER BY o.created_at DESC LIMIT 20`
    );
  if (verb === "INSERT")
    return (
      `INSERT INTO ${table} (id, name, email, note) VALUES (${random(1e6)}, 'user ${random(20000)}', ` +
      `'user${random(20000)}@example.com', 'word${random(3000)}')`
    );
  if (verb === "UPDATE")
    return `UPDATE ${table} SET status = 'shipped', updated_at = now() WHERE id = ${random(1e6)}`;
  return `DELETE FROM ${table} WHERE id = ${random(1e6)}`;
}
