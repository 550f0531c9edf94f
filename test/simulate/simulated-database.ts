import { type AddressInfo, createServer, connect as netConnect, type Socket } from "node:net";
import {
  type SimulationAnswer,
  type SimulationRequest,
  simulate,
  type UpstreamDoor,
} from "@custody/capture/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, expect } from "vitest";
import { createDatabase } from "../postgres/shared.ts";

type Simulated = Extract<SimulationAnswer, { outcome: "simulated" }>;

/** A database of one test file, with a client that nobody watches. */
export interface SimulatedDatabase {
  readonly url: string;
  readonly client: Client;
  /** Simulates as the owner, unless another URL is given. */
  ask(statement: string, options?: Partial<SimulationRequest> & { url?: string }): Promise<SimulationAnswer>;
  /** The same, where anything but an answer with numbers is a failure of the test. */
  simulate(statement: string, options?: Partial<SimulationRequest> & { url?: string }): Promise<Simulated>;
  /** Holds a run to leaving the database as it was, and nothing behind. */
  unchanged<T>(run: () => Promise<T>): Promise<T>;
}

/** Call at the top of a test file. */
export function useDatabase(schema: string): SimulatedDatabase {
  const fixture = {} as { -readonly [Key in keyof SimulatedDatabase]: SimulatedDatabase[Key] };
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeAll(async () => {
    database = await createDatabase();
    fixture.url = database.url;
    fixture.client = new Client({ connectionString: database.url });
    await fixture.client.connect();
    await fixture.client.query(schema);
    fixture.ask = (statement, { url = database.url, ...options } = {}) =>
      simulate(doorTo(url), requestOf(statement, options));
    fixture.simulate = async (statement, options) => {
      const answer = await fixture.ask(statement, options);
      if (answer.outcome !== "simulated") throw new Error(JSON.stringify(answer));
      return answer;
    };
    fixture.unchanged = async (run) => {
      const before = await stateOf(fixture.client);
      const result = await run();
      expect(await stateOf(fixture.client)).toEqual(before);
      await expectNothingLeft(fixture.client);
      return result;
    };
  });
  afterAll(async () => {
    await fixture.client.end();
    await database.drop();
  });
  return fixture;
}

export function requestOf(statement: string, options: Partial<SimulationRequest> = {}): SimulationRequest {
  return { lockTimeoutMs: 2000, rowsMax: 20, statement, timeoutMs: 20_000, ...options };
}

export function doorTo(url: string): UpstreamDoor {
  const { hostname, password, pathname, port, username } = new URL(url);
  return {
    connect: () =>
      new Promise((resolve, reject) => {
        const socket = netConnect({ host: hostname, noDelay: true, port: Number(port) });
        socket.once("connect", () => resolve(socket));
        socket.once("error", reject);
      }),
    upstream: { database: pathname.slice(1), host: hostname, password, port: Number(port), user: username },
  };
}

/** What each table lost and got, in a form that can be compared with what a plain client finds. */
export function impactOf({ tables }: Simulated): Record<string, string> {
  return Object.fromEntries(
    tables.map(({ deleted, inserted, name, removed, schema, updated }) => [
      `${schema}.${name}`,
      `+${inserted} ~${updated} -${deleted + (removed ?? Number.NaN)}`,
    ]),
  );
}

/** Checksums of every table's rows, and where every sequence stands. */
export async function stateOf(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const state: Record<string, string> = {};
  for (const { name } of rows) {
    const sum = `md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), ''))`;
    const found = await client.query<{ sum: string }>(
      `SELECT count(*) || ' ' || ${sum} AS sum FROM ONLY ${name} t`,
    );
    state[name] = found.rows[0]?.sum ?? "";
  }
  const sequences = await client.query<{ name: string; value: string }>(
    `SELECT schemaname || '.' || sequencename AS name, coalesce(last_value::text, 'unused') AS value FROM pg_sequences`,
  );
  for (const { name, value } of sequences.rows) state[`sequence ${name}`] = value;
  const objects = await client.query<{ all: string }>(
    `SELECT md5(string_agg(concat(relkind, relname, relacl, relfilenode), ' ' ORDER BY oid)) AS all FROM pg_class
     WHERE relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)`,
  );
  state["catalogue"] = objects.rows[0]?.all ?? "";
  return state;
}

/** A simulation leaves no connection behind, and so no lock. */
export async function expectNothingLeft(client: Client): Promise<void> {
  const connections = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE application_name = 'custody simulate' AND datname = current_database()`;
  // The server forgets a connection a moment after the client has seen its end.
  await expect.poll(async () => (await client.query<{ n: number }>(connections)).rows[0]?.n).toBe(0);
  const locks = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND pid IN (SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())`,
  );
  expect(locks.rows[0]?.n).toBe(0);
}

/** A way to the database that can be cut. */
export async function cuttableWay(url: string): Promise<{ url: string; cut(): void; close(): void }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = netConnect({ host: hostname, port: Number(port) });
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on("error", () => {});
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const way = new URL(url);
  way.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    close: () => {
      cut();
      server.close();
    },
    cut,
    url: way.href,
  };
}
