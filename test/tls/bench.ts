import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gateway, loadPolicy, SessionRegistry, startGateway } from "@custody/gateway";
import { Client } from "pg";
import { afterAll, type TestContext } from "vitest";
import { readConfig } from "../../apps/cli/src/config/read-config.ts";
import { resolveTarget } from "../../apps/cli/src/config/upstream.ts";
import { serverUser } from "../../apps/cli/src/local-postgres/server-user.ts";
import { anyServer, MemoryRecorder } from "../capture/proxied-database.ts";
import { optional } from "../postgres/optional.ts";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import { Authority, type Issued, ownedBy } from "./certificates.ts";

/** Custody in front of one database, configured by a custody.yaml, with one session. */
export interface Guarded {
  readonly url: string;
  readonly port: number;
  readonly recorder: MemoryRecorder;
  readonly warnings: readonly string[];
  readonly gateway: Gateway;
}

interface GuardOptions {
  readonly upstream: string;
  /** Further lines of the target in custody.yaml. */
  readonly lines?: readonly string[];
}

export interface TlsBench {
  readonly authority: Authority;
  /** What nobody trusts. */
  readonly stranger: Authority;
  /** For localhost and 127.0.0.1. */
  readonly agentSide: Issued;
  readonly database: PostgresServer;
  /** The database's URL with these parameters, for a user that pg_hba.conf treats in its own way. */
  upstream(parameters: string, user?: string, host?: string): string;
  /** Through Custody, with TLS for agents unless the options have lines of their own. */
  guard(options: GuardOptions): Promise<Guarded>;
}

/** `certified` signs in by its certificate alone; `tlsonly` and `plainonly` are refused on the other kind of connection. */
const HBA = `
hostssl   all certified all cert
hostssl   all tlsonly   all scram-sha-256
hostnossl all plainonly all scram-sha-256
host      all tlsonly,plainonly,certified all reject
host      all all       all scram-sha-256
`;

/** Call at the top of a test file, and what it returns in each test: without `openssl` that test is skipped. */
export function useTls(): (context: Pick<TestContext, "skip">) => Promise<TlsBench> {
  let bench: Promise<TlsBench> | undefined;
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });
  return (context) => {
    const openssl = optional("openssl", context);
    bench ??= makeBench(openssl, closing);
    return bench;
  };
}

async function makeBench(openssl: string, closing: (() => unknown)[]): Promise<TlsBench> {
  const authority = new Authority(openssl, "Test root");
  const stranger = new Authority(openssl, "Another root");
  for (const { folder } of [authority, stranger]) closing.push(() => rmSync(folder, { recursive: true }));
  const names = "DNS:localhost,IP:127.0.0.1";
  const agentSide = authority.issue("custody.test", { names });
  const database = await startTlsPostgres(authority, authority.issue("db.test", { names }));
  closing.push(() => database.stop());
  return {
    agentSide,
    authority,
    database,
    guard: (options) => guard(options, agentSide, closing),
    stranger,
    upstream: (parameters, user = "postgres", host = "127.0.0.1") =>
      `postgres://${user}:${database.password}@${host}:${database.port}/postgres?${parameters}`,
  };
}

/** A PostgreSQL with `ssl = on`, and users that may come in on one way only. */
export async function startTlsPostgres(authority: Authority, issued: Issued): Promise<PostgresServer> {
  const own = ownedBy(serverUser(), issued);
  const hba = join(authority.folder, "pg_hba.conf");
  writeFileSync(hba, HBA, { mode: 0o644 });
  const database = await startPostgres({
    settings: {
      hba_file: hba,
      ssl: "on",
      ssl_ca_file: authority.root,
      ssl_cert_file: own.certificate,
      ssl_key_file: own.key,
    },
  });
  const client = new Client({ connectionString: database.url() });
  await client.connect();
  for (const user of ["certified", "tlsonly", "plainonly"])
    await client.query(`CREATE ROLE ${user} LOGIN PASSWORD '${database.password}'`);
  await client.end();
  return database;
}

async function guard(
  { lines, upstream }: GuardOptions,
  { certificate, key }: Issued,
  closing: (() => unknown)[],
): Promise<Guarded> {
  const folder = mkdtempSync(join(tmpdir(), "custody-tls-"));
  closing.push(() => rmSync(folder, { force: true, recursive: true }));
  const tls = lines ?? [`tls: { cert: ${certificate}, key: ${key} }`];
  const target = ["name: shop", "kind: postgres", "listen: 127.0.0.1:0", "upstream: { env: SHOP }"];
  const text = [
    "targets:",
    "  -",
    ...[...target, "environment: development", ...tls].map((line) => `    ${line}`),
  ];
  writeFileSync(join(folder, "custody.yaml"), `${text.join("\n")}\n`);
  const config = readConfig(folder);
  const environment = { variables: { SHOP: upstream }, version: "0", workingDirectory: folder };
  const warnings: string[] = [];
  const targets = config.targets.map((each) =>
    resolveTarget(each, config, environment, (text) => warnings.push(text)),
  );
  const clock = { monotonicUs: () => performance.now() * 1000, nowUs: () => Date.now() * 1000 };
  const registry = new SessionRegistry({ newId: randomUUID, nowUs: clock.nowUs });
  const { identity, facts, token } = registry.issue({
    agent: "test",
    human: { assurance: "token", id: "local", name: "test" },
    project: "default",
    ttlMs: 3_600_000,
  });
  registry.restore(identity, facts);
  const recorder = new MemoryRecorder();
  const gateway = await startGateway({
    freezes: () => new Map(),
    clock,
    findSession: (id) => registry.find(id),
    newId: randomUUID,
    pins: anyServer,
    policy: loadPolicy(),
    recorder,
    targets,
  });
  closing.push(async () => {
    await gateway.close(0);
    rmSync(folder, { recursive: true });
  });
  const [listening] = gateway.targets;
  const port = Number(listening?.listen.split(":")[1]);
  const url = `postgres://${identity.id}:${token}@localhost:${port}/${listening?.database}`;
  return { gateway, port, recorder, url, warnings };
}
