import { setTimeout as sleep } from "node:timers/promises";
import { type ExportedKey, HttpProblem } from "@custody/server";
import type { CommandContext } from "../commands/context.ts";
import { dataDirectory } from "../config/data-directory.ts";
import { ControlClient } from "../control/control-client.ts";
import { readServerFile } from "../control/server-file.ts";
import { CliError } from "../error.ts";
import type { SimulationNote } from "../simulate/simulation-records.ts";
import type { PurgeProgress } from "./erasure-desk.ts";
import type { Hold } from "./holds.ts";
import { openLedgerDesk } from "./ledger-desk.ts";
import { LOCAL_OPERATOR } from "./retention-records.ts";

/** What a command can have done, whether a server runs or not. */
export interface Desk {
  erase(request: unknown): Promise<{ readonly order: number; readonly keys: readonly string[] }>;
  placeHold(request: unknown): Promise<{ readonly hold: string }>;
  releaseHold(request: unknown): Promise<{ readonly hold: string }>;
  holds(): Promise<readonly Hold[]>;
  rotate(): Promise<{ readonly generation: number }>;
  exportKey(request: unknown): Promise<ExportedKey>;
  recordSimulation(note: SimulationNote): Promise<{ readonly action: string }>;
  /** Of the orders of this run. */
  progress(): Promise<readonly PurgeProgress[]>;
}

const LOOK_MS = 200;

/** Asks the running server, or opens the ledger when none runs. */
export async function withDesk<T>(context: CommandContext, use: (desk: Desk) => Promise<T>): Promise<T> {
  const { environment } = context;
  const directory = dataDirectory(environment, context);
  const isRemote = Boolean(environment.variables["CUSTODY_URL"]);
  if (isRemote || readServerFile(directory) !== undefined)
    return use(remoteDesk(ControlClient.find(environment, context)));
  const { close, desk, simulations } = await openLedgerDesk(context, directory);
  try {
    return await use({
      erase: (request) => desk.erase(request, LOCAL_OPERATOR),
      exportKey: (request) => desk.exportKey(request, LOCAL_OPERATOR),
      holds: () => desk.holds(),
      placeHold: (request) => desk.placeHold(request, LOCAL_OPERATOR),
      progress: async () => desk.progress(),
      recordSimulation: (note) => simulations.record(note, LOCAL_OPERATOR),
      releaseHold: (request) => desk.releaseHold(request, LOCAL_OPERATOR),
      rotate: () => desk.rotate(),
    });
  } catch (error) {
    // What a server would have answered.
    if (!(error instanceof HttpProblem)) throw error;
    throw new CliError("SERVER_REFUSED", `this is refused: ${error.message}`, "correct the request", {
      cause: error,
    });
  } finally {
    await close();
  }
}

/** Waits until the blocks of these orders are gone, or have to wait themselves, and says how far it is. */
export async function waitForPurge(
  desk: Desk,
  orders: readonly number[],
  onProgress: (text: string) => void,
): Promise<readonly PurgeProgress[]> {
  for (;;) {
    const progress = (await desk.progress()).filter(({ order }) => orders.includes(order));
    const open = progress.filter(({ state }) => state === "under way");
    if (open.length === 0) return progress;
    const done = open.reduce((sum, { bundles }) => sum + bundles, 0);
    const of = open.reduce((sum, each) => sum + each.of, 0);
    onProgress(`the keys are gone; blocks: ${done} of ${of} files looked through`);
    await sleep(LOOK_MS);
  }
}

function remoteDesk(client: ControlClient): Desk {
  const post = <T>(path: string, body: unknown) => client.request("POST", path, body) as Promise<T>;
  return {
    erase: (request) => post("/api/erasures", request),
    exportKey: (request) => post("/api/keys/export", request),
    holds: async () => ((await client.request("GET", "/api/legal-holds")) as { holds: Hold[] }).holds,
    placeHold: (request) => post("/api/legal-holds", request),
    progress: async () =>
      ((await client.request("GET", "/api/status")) as { erasures: PurgeProgress[] }).erasures,
    recordSimulation: (note) => post("/api/simulations", note),
    releaseHold: (request) => post("/api/legal-holds/release", request),
    rotate: () => post("/api/keys/rotate", {}),
  };
}
