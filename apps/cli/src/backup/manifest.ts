import { readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { CopyFile } from "@custody/ledger";
import { z } from "zod";

/** What a backup says about itself, in `backup.json`. It comes last: a backup without it was broken off. */
export interface Manifest {
  readonly v: 1;
  readonly time: string;
  readonly version: string;
  readonly origin: string;
  /** Entries, and the root of all of them, as `verify` prints them for the copy. */
  readonly size: number;
  readonly root: string;
  readonly withKey: boolean;
  readonly files: readonly CopyFile[];
}

const schema = z.object({
  files: z.array(z.object({ bytes: z.number(), path: z.string(), sha256: z.string() })),
  origin: z.string(),
  root: z.string(),
  size: z.number(),
  time: z.string(),
  v: z.literal(1),
  version: z.string(),
  withKey: z.boolean(),
});

export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeDurably(directory, "backup.json", `${JSON.stringify(manifest, null, 1)}\n`);
}

/** Undefined when the directory is no complete backup. */
export function readManifest(directory: string): Manifest | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(join(directory, "backup.json"), "utf8")));
  } catch {
    return undefined;
  }
}

/** Writes a file in one step, and makes it and its name durable. */
export async function writeDurably(directory: string, name: string, text: string | Buffer): Promise<void> {
  const path = join(directory, name);
  const file = await open(`${path}.tmp`, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
  const folder = await open(directory, "r");
  await folder.sync().finally(() => folder.close());
}
