import { join } from "node:path";
import { OutsideFolder, type PlaceState } from "@custody/anchors";
import type { Config } from "../config/read-config.ts";
import { isCopy, ONLY_DETECTING } from "../outside/describe-outside.ts";
import { configuredPolicy } from "../outside/outside-config.ts";
import { type Diagnosis, fail, ok, warn } from "./finding.ts";

const ID = "witness";

/** A place that missed so many of its turns is not merely late. */
const TURNS_MISSED_MAX = 5;
const LATE_MS_MIN = 10 * 60_000;

const ADVICE =
  "name witnesses in custody.yaml, see docs/witnesses.md, and keep a copy of keys/verifier elsewhere";

/**
 * Which copies of checkpoints there are outside this machine, by what the server has written down: whether it runs or not.
 */
export async function checkOutside(
  directory: string,
  config: Config | undefined,
  nowMs: number = Date.now(),
): Promise<readonly Diagnosis[]> {
  try {
    if (config !== undefined) await configuredPolicy(config);
  } catch (error) {
    return [fail(ID, (error as Error).message, "correct it, and run: custody config check")];
  }
  const places = await new OutsideFolder(join(directory, "outside")).readState();
  const found = places.map((place) => checkPlace(place, nowMs));
  if (places.some(({ kept, kind }) => kept !== undefined && isCopy(kind))) return found;
  const isMeant =
    places.some(({ kind }) => isCopy(kind)) ||
    config?.witnesses !== undefined ||
    (config?.anchors.length ?? 0) > 0;
  return [
    isMeant
      ? warn(ID, `${ONLY_DETECTING} yet`, "start Custody, and see custody status")
      : warn(ID, ONLY_DETECTING, ADVICE),
    ...found,
  ];
}

function checkPlace({ everyMs, failure, kept, kind, name }: PlaceState, nowMs: number): Diagnosis {
  const has =
    kept === undefined
      ? "has no checkpoint"
      : `has the checkpoint of ${kept.size} entries since ${kept.time}`;
  const what = `${kind} ${name} ${has}`;
  if (failure?.isContradiction === true)
    return fail(
      ID,
      `${what}; it contradicts the ledger: ${failure.message} (${failure.code})`,
      "keep everything as it is, and see docs/witnesses.md",
    );
  if (failure === undefined) return ok(ID, what);
  const lateMs = Math.max(LATE_MS_MIN, TURNS_MISSED_MAX * everyMs);
  const isShort = kept !== undefined && nowMs - Date.parse(failure.since) < lateMs;
  const why = `${what}; it fails since ${failure.since}: ${failure.message} (${failure.code})`;
  return isShort ? ok(ID, why) : warn(ID, why, "see docs/errors.md");
}
