import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("streaming-child.mjs", import.meta.url));

export interface Streamed {
  /** By how many bytes the memory of the process grew. */
  readonly growth: number;
  readonly isSame: boolean;
}

/** Sends a blob of so many megabytes through a ledger and back, in a process of its own. */
export async function streamBlob(
  directory: string,
  megabytes: number,
  kind: "text" | "noise",
): Promise<Streamed> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    directory,
    String(megabytes),
    kind,
  ]);
  return JSON.parse(stdout) as Streamed;
}
