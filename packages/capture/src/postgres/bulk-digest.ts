import { createHash, type Hash } from "node:crypto";

/** The data of one COPY as it streams by: counted and hashed, never held. */
export class BulkDigest {
  readonly direction: "in" | "out";
  readonly #hash: Hash = createHash("sha256");
  #bytes = 0;
  #digest: string | undefined;

  constructor(direction: "in" | "out") {
    this.direction = direction;
  }

  get bytes(): number {
    return this.#bytes;
  }

  update(piece: Buffer): void {
    if (this.#digest !== undefined) return;
    this.#bytes += piece.length;
    this.#hash.update(piece);
  }

  /** SHA-256 of all payloads, in hex; nothing can be added afterwards. */
  digest(): string {
    this.#digest ??= this.#hash.digest("hex");
    return this.#digest;
  }
}
