import { type FileHandle, open } from "node:fs/promises";

/** Lines are gathered up to this many characters before they are written. */
const CHUNK_CHARACTERS = 256 * 1024;

/** A file that is written line by line. Only its owner can read it. */
export class LineFile {
  readonly #file: FileHandle;
  #chunk = "";
  bytes = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(path: string): Promise<LineFile> {
    return new LineFile(await open(path, "wx", 0o600));
  }

  async write(text: string): Promise<void> {
    this.#chunk += text;
    if (this.#chunk.length >= CHUNK_CHARACTERS) await this.#flush();
  }

  async close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      await this.#file.close();
    }
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#chunk);
    this.#chunk = "";
    this.bytes += bytes.length;
    await this.#file.writeFile(bytes);
  }
}
