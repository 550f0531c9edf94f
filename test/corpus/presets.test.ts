import { classify, loadParser } from "@custody/capture/postgres/texts";
import { compilePolicy, policyDecider, runRuleTest } from "@custody/policy";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(loadParser);

/** What a preset says about a statement that is sent to production, and changes some rows. */
function decide(
  preset: string,
  statement: string,
  rows: Record<string, number> = {},
  environment = "production",
) {
  const policy = compilePolicy(
    JSON.stringify({
      version: 1,
      default: preset,
      tests: [{ name: statement, given: { environment, rows, statement }, expect: { effect: "allow" } }],
    }),
    preset,
  );
  const [one] = policy.tests;
  const { decision, problem } = runRuleTest(policy, one as NonNullable<typeof one>, (sql, database) =>
    classify(sql, { database }),
  );
  if (decision === undefined) throw new Error(problem);
  return decision;
}

const EVERYDAY = [
  "SELECT id, name FROM users WHERE id = 7",
  "SELECT count(*) FROM orders o JOIN users u ON u.id = o.user_id GROUP BY u.id",
  "INSERT INTO orders (user_id, total) VALUES (7, 12) RETURNING id",
  "INSERT INTO users (email) VALUES ('a@b') ON CONFLICT (email) DO UPDATE SET seen = now()",
  "UPDATE users SET seen = now() WHERE id = 7",
  "DELETE FROM sessions WHERE token = 'x'",
  "BEGIN",
  "COMMIT",
  "ROLLBACK",
  "SET application_name = 'shop'",
  "SAVEPOINT a",
  "SELECT nextval('orders_id_seq')",
  "SELECT * FROM jobs ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1",
  "WITH done AS (UPDATE jobs SET done = true WHERE id = 3 RETURNING id) SELECT id FROM done",
  "MERGE INTO stock s USING sold d ON s.id = d.id WHEN MATCHED THEN UPDATE SET n = s.n - d.n",
  "COPY orders (user_id, total) FROM STDIN",
  "COPY orders TO STDOUT",
  "LISTEN jobs",
  "SELECT pg_notify('jobs', '1')",
  "SELECT pg_advisory_lock(7)",
  "EXPLAIN DELETE FROM users",
];

/** As programs look at a database before they use it. */
const INTROSPECTION = [
  "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
  "SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace",
  "SELECT version()",
  "SHOW server_version",
  "SELECT pg_get_constraintdef(oid) FROM pg_constraint",
];

const MIGRATIONS = [
  "CREATE TABLE invoices (id bigserial PRIMARY KEY, user_id bigint REFERENCES users)",
  "CREATE TABLE IF NOT EXISTS schema_migrations (version text PRIMARY KEY)",
  "ALTER TABLE users ADD COLUMN phone text",
  "ALTER TABLE users ADD COLUMN IF NOT EXISTS phone text NOT NULL DEFAULT ''",
  "CREATE INDEX CONCURRENTLY users_phone ON users (phone)",
  "CREATE UNIQUE INDEX ON users (email)",
  "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id)",
  "CREATE TYPE mood AS ENUM ('glad', 'sad')",
  "ALTER TYPE mood ADD VALUE 'calm'",
  "CREATE VIEW late AS SELECT * FROM orders WHERE due < now()",
  "CREATE SEQUENCE tickets",
  "COMMENT ON TABLE users IS 'people'",
  "INSERT INTO schema_migrations VALUES ('20260131')",
];

const LOSSES = [
  "DELETE FROM users",
  "UPDATE users SET admin = true",
  "DELETE FROM users WHERE true",
  "WITH d AS (DELETE FROM users RETURNING 1) SELECT count(*) FROM d",
  "EXPLAIN ANALYZE DELETE FROM users",
  "PREPARE p AS DELETE FROM users",
  "TRUNCATE users",
  "TRUNCATE users, orders CASCADE",
  "DROP TABLE users",
  "DROP TABLE users CASCADE",
  "DROP SCHEMA public CASCADE",
  "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
  "ALTER TABLE users DROP COLUMN email",
  "ALTER TABLE users ALTER COLUMN id TYPE smallint",
  "SELECT 1; DELETE FROM users",
];

const ADMINISTRATION = [
  "CREATE ROLE evil SUPERUSER",
  "GRANT ALL ON users TO evil",
  "COPY users TO PROGRAM 'sh'",
  "ALTER SYSTEM SET fsync = off",
];

describe("guarded", () => {
  test.each([...EVERYDAY, ...INTROSPECTION, ...MIGRATIONS])("lets pass: %s", (statement) => {
    expect(decide("guarded", statement)).toMatchObject({ effect: "allow" });
  });

  test.each(LOSSES)("asks a human: %s", (statement) => {
    expect(decide("guarded", statement)).toMatchObject({ effect: "approve", approval: { at: "start" } });
  });

  test.each([
    "DELETE FROM users WHERE id < 9000",
    "UPDATE users SET x = 1 WHERE id < 9000",
    "COPY users FROM STDIN",
  ])("asks about many rows before they last: %s", (statement) => {
    expect(decide("guarded", statement, { users: 5000 })).toMatchObject({ effect: "allow" });
    expect(decide("guarded", statement, { users: 2501, orders: 2500 })).toMatchObject({
      approval: { at: "start" },
      effect: "approve",
      rule: "guarded:many-rows",
    });
  });
});

test("guarded asks about a block that builds its statements, and not about functions that do", () => {
  const decider = policyDecider(compilePolicy("version: 1\ndefault: guarded", "x"));
  const unreadable = (verb: string) =>
    decider.decide({
      id: "",
      links: {},
      operations: [{ kind: "unknown", objects: [], tier: "destructive", verb }],
      session: { actor: {}, id: "s", project: "" },
      target: { environment: "production", kind: "postgres", name: "shop" },
      timeUs: 0,
    });
  expect(unreadable("DO")).toMatchObject({ effect: "approve", rule: "guarded:unreadable-block" });
  expect(unreadable("FUNCTION")).toMatchObject({ effect: "allow", isMeasured: true });
  expect(unreadable("EXECUTE")).toMatchObject({ effect: "deny", rule: "builtin:unknown" });
});

describe("locked", () => {
  test.each(LOSSES)("asks a human: %s", (statement) => {
    expect(decide("locked", statement)).toMatchObject({ effect: "approve" });
  });

  test.each(["SELECT 1", "EXPLAIN DELETE FROM users", "SHOW search_path", "COPY users TO STDOUT", "BEGIN"])(
    "lets read: %s",
    (statement) => {
      expect(decide("locked", statement)).toMatchObject({ effect: "allow" });
    },
  );

  test.each(MIGRATIONS)("asks about a migration: %s", (statement) => {
    expect(decide("locked", statement)).toMatchObject({ effect: "approve", rule: "locked:write" });
  });
});

test.each(["observe", "guarded", "locked"])("%s asks nobody about what is refused anyway", (preset) => {
  for (const statement of ADMINISTRATION) expect(decide(preset, statement)).toMatchObject({ effect: "deny" });
});

test("what is thrown away passes freely, whatever the default", () => {
  for (const preset of ["observe", "guarded", "locked"])
    for (const statement of [...EVERYDAY, ...MIGRATIONS, ...LOSSES])
      expect(decide(preset, statement, {}, "disposable")).toMatchObject({ effect: "allow" });
});

test("observe lets everything pass that is not administration", () => {
  for (const statement of [...EVERYDAY, ...MIGRATIONS, ...LOSSES])
    expect(decide("observe", statement)).toMatchObject({ effect: "allow" });
});
