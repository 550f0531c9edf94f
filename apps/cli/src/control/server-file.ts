import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** How other commands find the running server. */
export interface ServerFile {
  readonly url: string;
  readonly pid: number;
}

const schema = z.object({ pid: z.number().int(), url: z.url() });

/** Undefined when no server runs, or when the file says nothing that could be used. */
export function readServerFile(directory: string): ServerFile | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(pathOf(directory), "utf8")));
  } catch {
    return undefined;
  }
}

export function writeServerFile(directory: string, server: ServerFile): void {
  const path = pathOf(directory);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

/** After a crash it stays; the next start replaces it, and a command that trusts it meets a closed port. */
export function removeServerFile(directory: string): void {
  rmSync(pathOf(directory), { force: true });
}

function pathOf(directory: string): string {
  return join(directory, "server.json");
}
