import { statSync } from "node:fs";
import type { AnchorConfig } from "../config/outside-schema.ts";
import type { Config } from "../config/read-config.ts";
import type { Environment } from "../environment.ts";
import { anchorSettings } from "../outside/anchor-settings.ts";
import { type Diagnosis, fail, ok, warn } from "./finding.ts";

const ID = "anchors";

/** Whether timestamps and anchors are set up so that they can work, and are elsewhere. Nothing where there are none. */
export function checkAnchors(
  directory: string,
  config: Config,
  environment: Environment,
): readonly Diagnosis[] {
  if (config.timestamps === undefined && config.anchors.length === 0) return [];
  try {
    anchorSettings(config, environment);
  } catch (error) {
    return [fail(ID, (error as Error).message, "correct it, and run: custody config check")];
  }
  const near = config.anchors.map(pathOf).filter((path) => path !== undefined && isOnDiskOf(directory, path));
  if (near.length === 0) return [ok(ID, "everything that they need is there")];
  return near.map((path) =>
    warn(
      ID,
      `${path} is on the disk of the ledger: whoever takes that has both`,
      "use another machine's folder, or a remote, see docs/timestamps-and-anchors.md",
    ),
  );
}

/** Where an anchor is, as long as it is only there. */
function pathOf(anchor: AnchorConfig): string | undefined {
  if (anchor.kind === "file") return anchor.folder;
  return anchor.kind === "git" && anchor.remote === undefined ? anchor.repository : undefined;
}

/** False too where one of them is not there: the server says what is wrong with a place. */
function isOnDiskOf(directory: string, path: string): boolean {
  try {
    return statSync(directory).dev === statSync(path).dev;
  } catch {
    return false;
  }
}
