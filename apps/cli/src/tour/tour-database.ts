import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { postgresBinaries } from "../local-postgres/binaries.ts";
import {
  clusterVersion,
  initialiseCluster,
  makeDataDirectory,
  temporaryDataDirectory,
} from "../local-postgres/cluster.ts";
import { connectionUrl } from "../local-postgres/connection-url.ts";
import { endLeftoverServer } from "../local-postgres/leftover.ts";
import { type RunningServer, serverVersion, startServer } from "../local-postgres/server.ts";
import { serverUser } from "../local-postgres/server-user.ts";
import { fillDatabase } from "./sample-data.ts";
import type { TourFolder } from "./tour-folder.ts";

export interface TourDatabase {
  /** E.g. "18.4". */
  readonly version: string;
  stop(): Promise<void>;
}

/** A tour has one agent; and the data are to survive a power cut, so nothing is said here about syncing. */
const SETTINGS = { max_connections: "50" };

const PREFIX = "custody-tour-cluster-";

/**
 * Starts the tour's PostgreSQL with the sample data, and writes its URL where the configuration looks for it.
 *
 * The cluster stays in the tour's folder, for the next start. Where it cannot live there (PostgreSQL must run as
 * another user than root, who does not reach a 0700 home; some shared folders know no owners), it is made in the
 * system's temporary folder, and goes with the server.
 */
export async function startTourDatabase(folder: TourFolder): Promise<TourDatabase> {
  await removeLeftovers(folder);
  const bin = postgresBinaries();
  const password = superuserPassword(folder);
  const server =
    (await startKept(bin, folder)) ??
    (await startFresh(bin, folder, password)) ??
    (await startElsewhere(bin, folder, password));
  try {
    const superuser = connectionUrl({ password, port: server.port });
    const appPassword = newPassword();
    await fillDatabase(superuser, appPassword);
    writeSecret(
      folder.upstream,
      connectionUrl({ database: "shop", password: appPassword, port: server.port, user: "app" }),
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    version: server.version,
    async stop() {
      await server.stop();
      rmSync(folder.elsewhere, { force: true });
    },
  };
}

/** Ends the server of a crashed tour, and takes away what cannot be used again: half a cluster, or one elsewhere. */
export async function removeLeftovers(folder: TourFolder): Promise<void> {
  await endLeftoverServer(folder.cluster);
  rmSync(unfinished(folder), { force: true, recursive: true });
  if (!existsSync(folder.elsewhere)) return;
  const dataDir = readFileSync(folder.elsewhere, "utf8").trim();
  if (isOurTemporary(dataDir)) {
    await endLeftoverServer(dataDir);
    rmSync(dataDir, { force: true, recursive: true });
  }
  rmSync(folder.elsewhere, { force: true });
}

/** Temporary folders are cleaned, and their names taken again by others. */
function isOurTemporary(dataDir: string): boolean {
  const found = lstatSync(dataDir, { throwIfNoEntry: false });
  const owner = serverUser()?.uid ?? process.getuid?.();
  return basename(dataDir).startsWith(PREFIX) && found?.isDirectory() === true && found.uid === owner;
}

/** The cluster of an earlier start. One that does not start any more is given up: its data are only samples. */
async function startKept(bin: string, { cluster }: TourFolder): Promise<RunningServer | undefined> {
  const version = clusterVersion(cluster);
  const isUsable = version !== undefined && version === serverVersion(bin).split(".")[0];
  const server = isUsable ? await start(bin, cluster, true) : undefined;
  if (server === undefined) rmSync(cluster, { force: true, recursive: true });
  return server;
}

/** A cluster under its own name is a finished one. */
async function startFresh(
  bin: string,
  folder: TourFolder,
  password: string,
): Promise<RunningServer | undefined> {
  const place = unfinished(folder);
  try {
    makeDataDirectory(place);
    initialiseCluster(bin, place, password);
    renameSync(place, folder.cluster);
  } catch {
    rmSync(place, { force: true, recursive: true });
    return undefined;
  }
  return start(bin, folder.cluster, true);
}

async function startElsewhere(bin: string, folder: TourFolder, password: string): Promise<RunningServer> {
  rmSync(folder.cluster, { force: true, recursive: true });
  const dataDir = temporaryDataDirectory(PREFIX);
  writeSecret(folder.elsewhere, dataDir);
  try {
    initialiseCluster(bin, dataDir, password);
    return await startServer({ bin, dataDir, isKept: false, settings: SETTINGS });
  } catch (error) {
    rmSync(dataDir, { force: true, recursive: true });
    rmSync(folder.elsewhere, { force: true });
    throw error;
  }
}

function start(bin: string, dataDir: string, isKept: boolean): Promise<RunningServer | undefined> {
  return startServer({ bin, dataDir, isKept, settings: SETTINGS }).catch(() => undefined);
}

function unfinished(folder: TourFolder): string {
  return `${folder.cluster}.new`;
}

function superuserPassword({ superuser }: TourFolder): string {
  if (!existsSync(superuser)) writeSecret(superuser, newPassword());
  return readFileSync(superuser, "utf8").trim();
}

function newPassword(): string {
  return randomBytes(24).toString("base64url");
}

/** Complete or not at all: half a password would lock us out of the cluster. */
function writeSecret(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}
