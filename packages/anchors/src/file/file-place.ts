import { join } from "node:path";
import { AnchorError } from "../error.ts";
import { confirmHeld, type KeptLedger } from "../held/confirm-held.ts";
import { checkpointName, originPath, sizeOfName } from "../held/origin-path.ts";
import type { Kept, Place, SignedCheckpoint } from "../place.ts";
import { isFolder, listNames, makeFolder, putNew, readText, replaceText } from "./durable-files.ts";

export interface FilePlaceOptions extends KeptLedger {
  /** A folder that must be there: on another disk, or a mount of another machine. */
  readonly folder: string;
  readonly everyMs: number;
}

const LATEST = "latest";

/**
 * Keeps each checkpoint as a file of its own in a folder, and a copy of the newest as `latest`. No file with a size in
 * its name is ever written again.
 */
export function filePlace(options: FilePlaceOptions): Place {
  const { everyMs, folder } = options;
  return {
    kind: "file",
    name: folder,
    everyMs,
    async keep(checkpoint: SignedCheckpoint): Promise<Kept> {
      try {
        await keepIn(options, checkpoint);
      } catch (error) {
        throw asAnchorError(error, folder);
      }
      return {};
    },
  };
}

async function keepIn(
  { folder, ledger, logKey }: FilePlaceOptions,
  checkpoint: SignedCheckpoint,
): Promise<void> {
  // Not made here: below a mount that is not mounted, it would be on the disk that it shall not be on.
  if (!(await isFolder(folder)))
    throw new AnchorError("PLACE_UNREACHABLE", `${folder} is not there — mount it, or make it`);
  const own = join(folder, originPath(checkpoint.origin));
  const held = await heldNames(own);
  for (const name of held) {
    const where = join(own, name);
    const text = await readText(where);
    if (text !== undefined && text !== checkpoint.note)
      await confirmHeld({ held: text, where, checkpoint, ledger, logKey });
  }
  await makeFolder(own);
  await putNew(join(own, checkpointName(checkpoint.size)), checkpoint.note);
  await replaceText(join(own, LATEST), checkpoint.note);
}

/** `latest`, and the one with the largest size: whoever wants to hide one of them would have to change both. */
async function heldNames(own: string): Promise<string[]> {
  const names = await listNames(own);
  const sizes = names.map(sizeOfName).filter((size) => size !== undefined);
  const largest = sizes.length === 0 ? [] : [checkpointName(sizes.reduce((a, b) => Math.max(a, b)))];
  return names.includes(LATEST) ? [LATEST, ...largest] : largest;
}

/** What stays as it is until somebody does something about it. */
const REFUSALS = ["EACCES", "EDQUOT", "EEXIST", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"];

function asAnchorError(error: unknown, folder: string): unknown {
  const { code = "", errno, message } = error as NodeJS.ErrnoException;
  if (errno === undefined) return error;
  const kind = REFUSALS.includes(code) ? "PLACE_REFUSED" : "PLACE_UNREACHABLE";
  return new AnchorError(kind, `${folder} cannot be used: ${message} — see to the disk and its permissions`, {
    cause: error,
  });
}
