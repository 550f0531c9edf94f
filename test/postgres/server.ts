import { rmSync } from "node:fs";
import { postgresBinaries } from "../../apps/cli/src/local-postgres/binaries.ts";
import { initialiseCluster, temporaryDataDirectory } from "../../apps/cli/src/local-postgres/cluster.ts";
import { connectionUrl } from "../../apps/cli/src/local-postgres/connection-url.ts";
import { startServer } from "../../apps/cli/src/local-postgres/server.ts";

/** A real PostgreSQL with a data directory of its own, for as long as a test needs it. */
export interface PostgresServer {
  readonly dataDir: string;
  readonly port: number;
  /** Of the superuser `postgres`; tests that make roles may give them the same one, and then use `url`. */
  readonly password: string;
  /** As the server's own `--version` prints it, e.g. "18.4". */
  readonly version: string;
  /** A connection URL on 127.0.0.1. Without arguments: the superuser, in the database `postgres`. */
  url(database?: string, user?: string): string;
  /** Shuts the server down and removes its data directory. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Further settings, which win over ours: `{ "log_statement": "all" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The folder of its programs, when it must be a certain one. */
  readonly bin?: string;
}

/** Of the superuser `postgres`; tests that make roles give them the same one. */
export const password = "custody";

/** Speed comes from not syncing: a test's data need not survive a power cut. */
const testSettings: Readonly<Record<string, string>> = {
  fsync: "off",
  full_page_writes: "off",
  max_connections: "400",
  max_prepared_transactions: "20",
  synchronous_commit: "off",
};

/**
 * Makes a database cluster and starts a server on a free loopback port; takes under a second.
 *
 * CUSTODY_TEST_POSTGRES_BIN names the folder of another version's programs.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = options.bin || process.env["CUSTODY_TEST_POSTGRES_BIN"] || postgresBinaries();
  const dataDir = temporaryDataDirectory("custody-test-cluster-");
  initialiseCluster(bin, dataDir, password);
  try {
    const settings = { ...testSettings, ...options.settings };
    const server = await startServer({ bin, dataDir, isKept: false, settings });
    const url = (database?: string, user?: string) =>
      connectionUrl({ database, password, port: server.port, user });
    return { ...server, dataDir, password, url };
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
}
