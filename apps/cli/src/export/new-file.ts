import { type FileHandle, link, lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CliError } from "../error.ts";

/**
 * A file that is there whole or not at all: written beside its place, synced, and then given its name. Readable by its
 * owner only, since records hold what agents and databases said.
 */
export class NewFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #isForced: boolean;
  readonly #file: FileHandle;
  #isOver = false;

  private constructor(path: string, temporary: string, isForced: boolean, file: FileHandle) {
    this.#path = path;
    this.#temporary = temporary;
    this.#isForced = isForced;
    this.#file = file;
  }

  /** @throws CliError FILE_UNUSABLE when the name is taken and not `isForced`, or is a directory's. */
  static async create(path: string, isForced: boolean): Promise<NewFile> {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory()) throw unusable(`${path} is a directory`, "name a file");
    if (found !== undefined && !isForced) throw taken(path);
    const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    try {
      return new NewFile(path, temporary, isForced, await open(temporary, "wx", 0o600));
    } catch (cause) {
      throw unusable(`${path} cannot be written`, "name a file in a folder that exists and is yours", cause);
    }
  }

  async write(text: string): Promise<void> {
    try {
      await this.#file.writeFile(text);
    } catch (cause) {
      throw unusable(`${this.#path} cannot be written`, "make space, or choose another place", cause);
    }
  }

  /** Gives it its name. A file that appeared there meanwhile is not replaced, unless that was asked for. */
  async finish(): Promise<void> {
    await this.#file.sync();
    if (this.#isForced) await rename(this.#temporary, this.#path);
    else await this.#nameUnlessTaken();
    this.#isOver = true;
    await this.#file.close();
  }

  /** Leaves nothing behind, unless it was finished. */
  async discard(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#file.close();
    await rm(this.#temporary, { force: true });
  }

  async #nameUnlessTaken(): Promise<void> {
    try {
      await link(this.#temporary, this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw taken(this.#path);
      // A file system without hard links: the name was free a moment ago.
      await rename(this.#temporary, this.#path);
      return;
    }
    await rm(this.#temporary);
  }
}

function taken(path: string): CliError {
  return unusable(`${path} exists already`, "name another file, or replace it with --force");
}

function unusable(what: string, advice: string, cause?: unknown): CliError {
  return new CliError("FILE_UNUSABLE", what, advice, { cause });
}
