import { createHash } from "node:crypto";
import { dirname, relative, sep } from "node:path";
import type { Disk } from "../store/disk.ts";
import type { CopyFile } from "./copy-ledger.ts";

/** Writes the files of a copy, each durable by itself, and remembers what they hold. */
export class CopyTarget {
  readonly directory: string;
  readonly #disk: Disk;
  readonly #files: CopyFile[] = [];
  readonly #directories = new Map<string, Promise<void>>();

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.directory = directory;
  }

  get files(): readonly CopyFile[] {
    return [...this.#files].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async add(path: string, bytes: Buffer, mode = 0o600): Promise<void> {
    await this.#makeDirectory(dirname(path));
    await this.#disk.replace(path, bytes, mode);
    this.#files.push({
      path: relative(this.directory, path).split(sep).join("/"),
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
  }

  /** The names are durable after it. */
  async finish(): Promise<void> {
    for (const path of this.#directories.keys()) await this.#disk.syncDirectory(path);
  }

  #makeDirectory(path: string): Promise<void> {
    let made = this.#directories.get(path);
    if (made === undefined) {
      made = this.#disk.makeDirectory(path);
      this.#directories.set(path, made);
    }
    return made;
  }
}
