import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** What `custody login` leaves for the commands that follow. */
export interface StoredCredentials {
  readonly url: string;
  readonly token: string;
  readonly expires: string;
  /** Whose they are. */
  readonly name: string;
}

const schema: z.ZodType<StoredCredentials> = z.object({
  url: z.url(),
  token: z.string().min(1),
  expires: z.iso.datetime(),
  name: z.string(),
});

/** Undefined when nobody signed in here, or it is over, or the file says nothing that could be used. */
export function readCredentials(directory: string, nowMs: number): StoredCredentials | undefined {
  try {
    const stored = schema.parse(JSON.parse(readFileSync(pathOf(directory), "utf8")));
    return Date.parse(stored.expires) > nowMs ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** Only its owner may read it: whoever has the token is that person until it expires. */
export function writeCredentials(directory: string, stored: StoredCredentials): string {
  mkdirSync(directory, { mode: 0o700, recursive: true });
  const path = pathOf(directory);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(stored)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
  return path;
}

export function removeCredentials(directory: string): void {
  rmSync(pathOf(directory), { force: true });
}

function pathOf(directory: string): string {
  return join(directory, "credentials.json");
}
