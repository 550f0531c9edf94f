import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** How other commands find the running server. */
export interface ServerFile {
  readonly url: string;
  readonly pid: number;
  /**
   * SHA-256 of the certificate that the server shows, in DER, as lower-case hexadecimal. This file is as safe as the
   * token beside it, so commands trust that one certificate and no authority, whatever names are in it.
   */
  readonly certificateSha256?: string | undefined;
}

const schema = z.object({
  certificateSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  pid: z.number().int().positive(),
  url: z.url(),
});

/**
 * Undefined when no server runs, or when the file says nothing that could be used. A server that was killed leaves the
 * file behind, and any program, an agent's too, may listen on its port by now and wait for the token.
 */
export function readServerFile(directory: string): ServerFile | undefined {
  try {
    const server = schema.parse(JSON.parse(readFileSync(pathOf(directory), "utf8")));
    return isAlive(server.pid) ? server : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It lives, and is another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export function writeServerFile(directory: string, server: ServerFile): void {
  const path = pathOf(directory);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

/** After a crash it stays, and says nothing any more; the next start replaces it. */
export function removeServerFile(directory: string): void {
  rmSync(pathOf(directory), { force: true });
}

function pathOf(directory: string): string {
  return join(directory, "server.json");
}
