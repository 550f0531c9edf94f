import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CliError } from "../error.ts";

/**
 * A folder that is there whole or not at all: put together beside its place, and then given its name, which nothing had or
 * an empty folder. Its owner alone can look into it.
 */
export class NewFolder {
  readonly #path: string;
  readonly #beside: string;
  readonly #made = new Set<string>();

  private constructor(path: string, beside: string) {
    this.#path = path;
    this.#beside = beside;
  }

  /** @throws CliError FILE_UNUSABLE when there is something already */
  static async create(path: string): Promise<NewFolder> {
    await checkEmpty(path);
    try {
      return new NewFolder(path, await mkdtemp(join(dirname(path), `.${basename(path)}.`)));
    } catch (cause) {
      throw unusable(`${path} cannot be made`, cause);
    }
  }

  /** Where to write a file of this name; the folders on the way there are made. */
  async place(name: string): Promise<string> {
    const path = join(this.#beside, name);
    const folder = dirname(path);
    if (!this.#made.has(folder)) await mkdir(folder, { mode: 0o700, recursive: true });
    this.#made.add(folder);
    return path;
  }

  /** Not every system renames over an empty directory, so it is taken away first; one that was filled meanwhile stays. */
  async finish(): Promise<void> {
    try {
      await rmdir(this.#path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
      await rename(this.#beside, this.#path);
    } catch (cause) {
      throw unusable(`${this.#path} cannot be replaced`, cause);
    }
  }

  /** Leaves nothing behind, unless it was finished. */
  async discard(): Promise<void> {
    await rm(this.#beside, { force: true, recursive: true });
  }
}

async function checkEmpty(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw unusable(`${path} is no directory that can be used`, error);
  });
  if (names.length > 0) throw unusable(`${path} is not empty`);
}

function unusable(what: string, cause?: unknown): CliError {
  return new CliError("FILE_UNUSABLE", what, "name a directory that is empty or does not exist", { cause });
}
