import { link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

let temporaryNames = 0;

export async function isFolder(path: string): Promise<boolean> {
  return (await unlessAbsent(stat(path)))?.isDirectory() ?? false;
}

/** Names in a folder; none when it is not there. */
export async function listNames(folder: string): Promise<string[]> {
  return (await unlessAbsent(readdir(folder))) ?? [];
}

/** A signed note with a hundred signatures is smaller. What is longer is no checkpoint, and not read to its end. */
const TEXT_BYTES_MAX = 1024 * 1024;

/** Undefined when there is no such file. */
export async function readText(path: string): Promise<string | undefined> {
  const file = await unlessAbsent(open(path, "r"));
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(TEXT_BYTES_MAX), position: 0 });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

export async function makeFolder(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true });
  if (made === undefined) return;
  for (let level = path; level.length >= made.length; level = dirname(level))
    await syncFolder(dirname(level));
}

/**
 * Writes a file that must not be there yet, durably and whole or not at all. One that is there is left as it is:
 * whoever calls has looked at it.
 */
export async function putNew(path: string, text: string): Promise<void> {
  const temporary = await writeTemporary(path, text);
  try {
    await link(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // File systems without links: nobody else writes these names, so a look beforehand must do.
    const hasNoLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code ?? "");
    if (hasNoLinks && (await readText(path)) === undefined) await rename(temporary, path);
    else if (!hasNoLinks && code !== "EEXIST") throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
}

/** Writes a file in place of the one that is there, durably and whole or not at all. */
export async function replaceText(path: string, text: string): Promise<void> {
  const temporary = await writeTemporary(path, text);
  try {
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
}

async function writeTemporary(path: string, text: string): Promise<string> {
  temporaryNames += 1;
  const temporary = `${path}.${process.pid}-${temporaryNames}.tmp`;
  const file = await open(temporary, "w", 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return temporary;
}

/** Some file systems of other machines cannot sync a folder, and then need not. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await folder.close();
  }
}

async function unlessAbsent<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
