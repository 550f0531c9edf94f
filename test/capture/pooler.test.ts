import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { describe, expect, type TestContext, test } from "vitest";
import { findFreePort } from "../../apps/cli/src/local-postgres/free-port.ts";
import { serverUser } from "../../apps/cli/src/local-postgres/server-user.ts";
import { optional } from "../postgres/optional.ts";
import { password } from "../postgres/server.ts";
import { sharedPostgres } from "../postgres/shared.ts";
import { type ProxiedDatabase, proxyDatabase } from "./proxied-database.ts";
import { outcomes } from "./well-formed.ts";

type Mode = "session" | "transaction";

/** agent → Custody → pgbouncer → PostgreSQL, with two connections in the pool. */
async function behindPooler(
  mode: Mode,
  context: TestContext,
  use: (proxied: ProxiedDatabase, connect: () => Promise<Client>) => Promise<void>,
): Promise<void> {
  const program = optional("pgbouncer", context);
  const folder = mkdtempSync(join(tmpdir(), "custody-pooler-"));
  const port = await findFreePort();
  const settings = `[databases]
* = host=127.0.0.1 port=${sharedPostgres().port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users
pool_mode = ${mode}
default_pool_size = 2
`;
  writeFileSync(join(folder, "settings"), settings);
  writeFileSync(join(folder, "users"), `"postgres" "${password}"\n`);
  chmodSync(folder, 0o755);
  const pooler = spawn(program, [join(folder, "settings")], { ...serverUser(), cwd: "/", stdio: "ignore" });
  const clients: Client[] = [];
  let proxied: ProxiedDatabase | undefined;
  try {
    await expect.poll(() => canConnect(port), { timeout: 10_000 }).toBe(true);
    proxied = await proxyDatabase(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`);
    const { url } = proxied;
    await use(proxied, async () => {
      const client = new Client({ connectionString: url });
      client.on("error", () => {});
      await client.connect();
      clients.push(client);
      return client;
    });
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await proxied?.close();
    pooler.kill("SIGKILL");
    rmSync(folder, { force: true, recursive: true });
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** The types of @types/pg leave out what the client can do. */
interface Cancelling {
  readonly processID: number;
  readonly secretKey: number;
}

async function cancel(client: Client, port: number): Promise<void> {
  const { processID, secretKey } = client as unknown as Cancelling;
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  const socket = createConnection({ host: "127.0.0.1", port });
  socket.on("error", () => {}).resume();
  socket.write(request);
  await new Promise((resolve) => socket.once("close", resolve));
}

describe.each<Mode>(["session", "transaction"])("before a pooler in %s mode", (mode) => {
  test("statements, bound values, transactions and errors are as they are without one", (context) =>
    behindPooler(mode, context, async ({ recorder }, connect) => {
      const [one, other] = [await connect(), await connect()];
      expect((await one.query("SELECT $1::int AS a", [5])).rows).toEqual([{ a: 5 }]);
      await one.query("BEGIN");
      await other.query("SELECT 1");
      await one.query("SELECT 2");
      await expect(one.query("SELECT 1/0")).rejects.toThrow("division by zero");
      await one.query("ROLLBACK");
      expect(outcomes(recorder)).toEqual([
        "SELECT $1::int AS a · completed · ok · committed · returned 1",
        "BEGIN · completed · ok · open",
        "SELECT 1 · completed · ok · committed · returned 1",
        "SELECT 2 · completed · ok · open · returned 1",
        "SELECT 1/0 · failed · error · rolled-back",
        "ROLLBACK · completed · ok · rolled-back",
      ]);
    }));

  // A pooler forgets the request when its sender closes before it was passed on.
  test("a request to cancel arrives", (context) =>
    behindPooler(mode, context, async ({ port, recorder }, connect) => {
      const client = await connect();
      for (let round = 0; round < 3; round += 1) {
        const ended = client.query("SELECT pg_sleep(120)").catch((error: { code: string }) => error.code);
        await expect.poll(() => recorder.types().at(-1)).toBe("db.statement.requested");
        // One that comes before the statement has reached the server cancels nothing.
        const cancels: Promise<void>[] = [];
        const again = setInterval(() => cancels.push(cancel(client, port)), 200);
        expect(await ended).toBe("57014");
        clearInterval(again);
        await Promise.all(cancels);
      }
      expect((await client.query("SELECT 1 AS a")).rows).toEqual([{ a: 1 }]);
    }));
});

test("what a pooler in transaction mode breaks is broken in the same way, and recorded", (context) =>
  behindPooler("transaction", context, async ({ recorder }, connect) => {
    const [one, other] = [await connect(), await connect()];
    const named = { name: "p", text: "SELECT $1::int AS a", values: [1] };
    await one.query(named);
    // The other one holds the connection on which the statement was prepared.
    await other.query("BEGIN");
    await other.query("SELECT 1");
    await expect(one.query(named)).rejects.toThrow('prepared statement "p" does not exist');
    await other.query("COMMIT");
    expect(outcomes(recorder)).toContainEqual(expect.stringMatching(/^SELECT \$1::int AS a · failed/));
  }));
