/** How much memory the bodies of all requests and answers may take that are under way, in bytes. */
const BYTES_MAX = 512 * 1024 * 1024;

/** The memory for bodies: whoever sends many long ones must not take that of the databases' connections. */
export class BodyRoom {
  #left: number;

  constructor(bytes: number = BYTES_MAX) {
    this.#left = bytes;
  }

  /** Whether there is room for so many bytes more; they must be given back then. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}
