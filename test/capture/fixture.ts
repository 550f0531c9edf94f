import { Client } from "pg";
import { afterAll, afterEach, beforeAll } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { type ProxiedDatabase, type ProxiedOptions, proxyDatabase } from "./proxied-database.ts";
import { expectWellFormed } from "./well-formed.ts";
import { WireClient, type WireClientOptions } from "./wire-client.ts";

interface ConnectableDatabase extends ProxiedDatabase {
  connect(options?: WireClientOptions): Promise<WireClient>;
}

/** What the tests of one file share: a database, a proxy before it, and a second way in that nobody watches. */
export interface Fixture extends ProxiedDatabase {
  /** Past the proxy. */
  readonly directUrl: string;
  /** Runs past the proxy; the rows as arrays, for the truth about tables. */
  truth(sql: string): Promise<unknown[][]>;
  /** A wire client through the proxy, closed after the test. */
  connect(options?: WireClientOptions): Promise<WireClient>;
  /** A wire client past the proxy, closed after the test. */
  connectDirectly(options?: WireClientOptions): Promise<WireClient>;
  /** A second proxy before the same database, closed after the test, and so are the clients that it connects. */
  another(options: ProxiedOptions): Promise<ConnectableDatabase>;
  /** Waits until no connection is left, so that every final record is there. */
  settled(): Promise<void>;
}

const settleMsMax = 5_000;

/** Call at the top of a test file. Every test there ends with a look at all records that were made in it. */
export function useProxy(schema: string, options: ProxiedOptions = {}): Fixture {
  const fixture = {} as {
    -readonly [Key in keyof Fixture]: Fixture[Key];
  };
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let direct: Client;
  const clients: WireClient[] = [];
  const others: ProxiedDatabase[] = [];

  const connectTo = async (url: string, wire: WireClientOptions | undefined) => {
    const client = await WireClient.connect(url, wire);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    database = await createDatabase();
    direct = new Client({ connectionString: database.url });
    await direct.connect();
    await direct.query(schema);
    Object.assign(fixture, await proxyDatabase(database.url, options), {
      directUrl: database.url,
      truth: async (sql: string) => (await direct.query({ text: sql, rowMode: "array" })).rows as unknown[][],
      connect: (wire?: WireClientOptions) => connectTo(fixture.url, wire),
      connectDirectly: (wire?: WireClientOptions) => connectTo(database.url, wire),
      another: async (own: ProxiedOptions) => {
        const other = await proxyDatabase(database.url, own);
        others.push(other);
        return { ...other, connect: (wire?: WireClientOptions) => connectTo(other.url, wire) };
      },
      settled: () => settle(fixture),
    } satisfies Partial<Fixture>);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    for (const proxied of [fixture, ...others.splice(0)]) {
      await settle(proxied);
      if (proxied !== fixture) await proxied.close();
      if (proxied.recorder.failure === undefined) expectWellFormed(proxied.recorder);
      proxied.recorder.clear();
    }
  });

  afterAll(async () => {
    await fixture.close();
    await direct.end();
    await database.drop();
  });

  return fixture;
}

async function settle({ proxy }: Pick<ProxiedDatabase, "proxy">): Promise<void> {
  const endMs = performance.now() + settleMsMax;
  while (proxy.connectionCount > 0) {
    if (performance.now() > endMs) throw new Error(`${proxy.connectionCount} connections did not end`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
