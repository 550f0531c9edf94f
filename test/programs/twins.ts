import { randomBytes } from "node:crypto";
import { compilePolicy, DEFAULT_POLICY_TEXT, policyDecider } from "@custody/policy";
import { Client } from "pg";
import { type ProxiedDatabase, proxyDatabase } from "../capture/proxied-database.ts";
import type { PostgresServer } from "../postgres/server.ts";

/** Two databases that are equal at first: a program works on one directly, and on the other through Custody. */
export interface Twins {
  readonly directUrl: string;
  readonly proxied: ProxiedDatabase;
  /** The other one, past Custody. */
  readonly pastUrl: string;
  /** Runs on both, past Custody. */
  prepare(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** The policy is that of whoever wrote none, unless another one is given. */
export async function makeTwins(
  server: PostgresServer,
  policy: string = DEFAULT_POLICY_TEXT,
): Promise<Twins> {
  // Both names are of one length and stand beside each other, so lists of them look the same.
  const name = `twin_${randomBytes(6).toString("hex")}`;
  const [direct, past] = [`${name}_a`, `${name}_b`] as const;
  for (const each of [direct, past]) await query(server.url(), `CREATE DATABASE ${each}`);
  const urls = [server.url(direct), server.url(past)] as const;
  const decider = policyDecider(compilePolicy(policy, "policy.yaml"));
  const target = { environment: "disposable", name: "shop" } as const;
  const proxied = await proxyDatabase(urls[1], { decider, target });
  return {
    close: async () => {
      await proxied.close();
      for (const each of [direct, past]) await query(server.url(), `DROP DATABASE ${each} WITH (FORCE)`);
    },
    directUrl: urls[0],
    pastUrl: urls[1],
    prepare: async (sql) => {
      for (const url of urls) await query(url, sql);
    },
    proxied,
  };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
