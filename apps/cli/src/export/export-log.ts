import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { publicLog } from "@custody/ledger";
import { parseCheckpoint, parseNote } from "@custody/ledger/verifier";
import type { CommandContext } from "../commands/context.ts";
import { openReader } from "../commands/open-reader.ts";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { CliError } from "../error.ts";
import { coveringCheckpoint } from "./covering-checkpoint.ts";
import type { Summary } from "./summary.ts";

/**
 * Copies the public log, as one checkpoint covers it, into a directory that did not exist or is empty: exactly the
 * checkpoint and the tiles and bundles of its size. It is put together beside, so it appears whole or not at all.
 */
export async function exportLog(context: CommandContext, path: string): Promise<Summary> {
  const { data, environment, output } = context;
  const directory = dataDirectoryToRead(environment, { data });
  await checkEmpty(path);
  const checkpoint = await coveringCheckpoint(environment, await openReader(context), directory);
  const { root, size } = parseCheckpoint(parseNote(checkpoint).text);
  const beside = await makeBeside(path);
  let bytes = 0;
  let records = 0;
  try {
    const folders = new Set<string>();
    for await (const file of publicLog({ checkpoint, directory })) {
      const to = join(beside, file.path);
      if (!folders.has(dirname(to))) await mkdir(dirname(to), { mode: 0o700, recursive: true });
      folders.add(dirname(to));
      await writeFile(to, file.bytes, { flag: "wx", mode: 0o600 });
      bytes += file.bytes.length;
      if (file.path.startsWith("tile/entries/")) records = Math.min(size, records + 256);
      output.progress(`${records} of ${size} entries`);
    }
    await putInPlace(beside, path);
  } catch (error) {
    await rm(beside, { force: true, recursive: true });
    throw error;
  } finally {
    output.progress("");
  }
  return { bytes, format: "tlog", path, records: size, root: Buffer.from(root).toString("base64"), size };
}

async function checkEmpty(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw unusable(`${path} is no directory that can be used`, error);
  });
  if (names.length > 0) throw unusable(`${path} is not empty`);
}

async function makeBeside(path: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(path), `.${basename(path)}.`));
  } catch (cause) {
    throw unusable(`${path} cannot be made`, cause);
  }
}

/** Not every system renames over an empty directory, so it is taken away first; one that was filled meanwhile stays. */
async function putInPlace(beside: string, path: string): Promise<void> {
  try {
    await rmdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    await rename(beside, path);
  } catch (cause) {
    throw unusable(`${path} cannot be replaced`, cause);
  }
}

function unusable(what: string, cause?: unknown): CliError {
  return new CliError("FILE_UNUSABLE", what, "name a directory that is empty or does not exist", { cause });
}
