import { type Config, readConfig } from "../config/read-config.ts";
import { ControlClient } from "../control/control-client.ts";
import type { Environment } from "../environment.ts";
import { isFree } from "../local-postgres/free-port.ts";
import { doAgentWork, type WorkDone } from "./agent-work.ts";
import { startTourDatabase, type TourDatabase } from "./tour-database.ts";
import { writeTourFiles } from "./tour-files.ts";
import { tourFolder } from "./tour-folder.ts";
import { claimTour, leaveTour } from "./tour-run.ts";

/** The tour, ready to have Custody put in front of it. */
export interface Tour {
  readonly config: Config;
  /** Has the script work through the running Custody; undefined when it could not. Missing without a database. */
  readonly work?: () => Promise<WorkDone | undefined>;
  close(): Promise<void>;
}

/** What is needed of the answer that `custody session new` gets too. */
interface TourSession {
  readonly targets: Readonly<Record<string, { readonly url: string }>>;
}

/** How records call the script: nobody shall take it for a real agent. */
const AGENT = "tour-agent";

/**
 * Makes what the tour needs, or finds it from the last time, and starts its database. A machine on which PostgreSQL
 * cannot run still gets a running Custody, over the tour's data and without a target.
 *
 * @throws CliError TOUR_RUNNING, FILE_UNUSABLE, CONFIG_INVALID
 */
export async function openTour(environment: Environment, warn: (text: string) => void): Promise<Tour> {
  const folder = tourFolder(environment.workingDirectory);
  await writeTourFiles(folder);
  await claimTour(folder);
  let database: TourDatabase | undefined;
  const close = async () => {
    await database?.stop();
    leaveTour(folder);
  };
  try {
    const config = await withFreePorts(readConfig(folder.path));
    database = await startTourDatabase(folder).catch((error: Error) => {
      warn(`the tour has no database, because its PostgreSQL does not start: ${lastLine(error.message)}`);
      return undefined;
    });
    if (database === undefined) return { close, config: { ...config, file: undefined, targets: [] } };
    return { close, config, work: () => workThrough(config, environment, warn) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server that does not start says why at last. */
function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? text;
}

/** Whoever only looks should not have to free a port first: one that is taken is exchanged for a free one. */
async function withFreePorts(config: Config): Promise<Config> {
  const free = async ({ host, port }: Config["listen"]) => ({
    host,
    port: (await isFree(port, host)) ? port : 0,
  });
  const targets = config.targets.map(async (target) => ({ ...target, listen: await free(target.listen) }));
  return { ...config, listen: await free(config.listen), targets: await Promise.all(targets) };
}

/** The session is asked for as anybody would ask; what the surroundings say about other servers is not meant here. */
async function workThrough(
  config: Config,
  environment: Environment,
  warn: (text: string) => void,
): Promise<WorkDone | undefined> {
  try {
    const client = ControlClient.find({ ...environment, variables: {} }, { data: config.data });
    const request = { agent: AGENT, ttl: "10m" };
    const session = (await client.request("POST", "/api/sessions", request)) as TourSession;
    const shop = session.targets["shop"];
    return shop === undefined ? undefined : await doAgentWork(shop.url);
  } catch (error) {
    warn(`the tour's script did not come to its end: ${(error as Error).message}`);
    return undefined;
  }
}
