import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where the tour lives, below the folder that it was started in: everything of it, and nothing else. */
export interface TourFolder {
  readonly path: string;
  readonly config: string;
  readonly policy: string;
  /** The data directory: ledger, keys, token. */
  readonly data: string;
  /** The database's URL with its password, as `upstream: { file }` names it. */
  readonly upstream: string;
  /** PostgreSQL's cluster, when it can live here. */
  readonly cluster: string;
  /** Names the folder that the cluster is in when it cannot. */
  readonly elsewhere: string;
  /** The password of the cluster's superuser. */
  readonly superuser: string;
  /** The process that runs the tour. */
  readonly run: string;
}

const NAME = ".custody-tour";

export function tourFolder(workingDirectory: string): TourFolder {
  const path = join(workingDirectory, NAME);
  return {
    cluster: join(path, "postgres"),
    config: join(path, "custody.yaml"),
    data: join(path, "data"),
    elsewhere: join(path, "postgres.elsewhere"),
    path,
    policy: join(path, "./policy.yaml"),
    run: join(path, "run.json"),
    superuser: join(path, "superuser.password"),
    upstream: join(path, "shop.url"),
  };
}

/** The tour that commands mean which are run in a folder without a custody.yaml of its own. */
export function tourMeant(workingDirectory: string): TourFolder | undefined {
  const folder = tourFolder(workingDirectory);
  if (existsSync(join(workingDirectory, "custody.yaml"))) return undefined;
  return existsSync(folder.config) ? folder : undefined;
}
