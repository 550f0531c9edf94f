import { lstatSync, rmSync } from "node:fs";
import { CliError } from "../error.ts";
import { removeLeftovers } from "./tour-database.ts";
import type { TourFolder } from "./tour-folder.ts";
import { refuseRunning } from "./tour-run.ts";

/**
 * Removes the tour's folder and, wherever that is, its cluster; false when there is no tour.
 *
 * @throws CliError TOUR_RUNNING, FILE_UNUSABLE
 */
export async function removeTour(folder: TourFolder): Promise<boolean> {
  const found = lstatSync(folder.path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (!found.isDirectory())
    throw new CliError("FILE_UNUSABLE", `${folder.path} is no folder`, "remove it yourself");
  await refuseRunning(folder, "stop it first, with Ctrl-C or SIGTERM");
  try {
    await removeLeftovers(folder);
    rmSync(folder.path, { recursive: true });
  } catch (cause) {
    const what = `${folder.path} cannot be removed: ${(cause as Error).message}`;
    throw new CliError("FILE_UNUSABLE", what, "run this as the user who started the tour", { cause });
  }
  return true;
}
