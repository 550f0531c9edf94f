import type { Disk } from "../store/disk.ts";
import { decodeTreeState, type TreeState } from "../store/tree-state.ts";

/** More than a state ever takes: its numbers have at most 16 digits. */
const BYTES_MAX = 4096;

/** Before the first integration there is none. */
const NOTHING = { size: 0, wal: { segment: 0, offset: 0 } };

/** Looks at the state of the tree, again and again: as long as the file says the same, it is not checked anew. */
export class StateReader {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #frameKey: Buffer;
  readonly #buffer = Buffer.alloc(BYTES_MAX);
  #bytes = Buffer.alloc(0);
  #state: Pick<TreeState, "size" | "wal"> = NOTHING;

  constructor(disk: Disk, path: string, frameKey: Buffer) {
    this.#disk = disk;
    this.#path = path;
    this.#frameKey = frameKey;
  }

  /** @throws LedgerError STATE_DAMAGED */
  read(): Pick<TreeState, "size" | "wal"> {
    const descriptor = this.#disk.openNow(this.#path);
    if (descriptor === undefined) return NOTHING;
    try {
      const bytes = this.#buffer.subarray(0, this.#disk.readNow(descriptor, this.#buffer, 0));
      if (bytes.equals(this.#bytes)) return this.#state;
      this.#state = decodeTreeState(bytes, this.#path, this.#frameKey);
      this.#bytes = Buffer.from(bytes);
      return this.#state;
    } finally {
      this.#disk.closeDescriptor(descriptor);
    }
  }
}
