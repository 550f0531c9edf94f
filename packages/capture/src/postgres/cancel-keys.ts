import { randomBytes, randomInt } from "node:crypto";

/** The key under which a client may cancel, and what cancelling does. */
export interface CancelKey {
  readonly processId: number;
  readonly secretKey: Buffer;
}

/**
 * Gives clients keys of our own in the place of the server's, and finds out whom a key belongs to.
 *
 * The real key never leaves Custody, so nobody can cancel past it. Protocol 3.2 allows longer secrets.
 */
export class CancelKeys {
  readonly #cancels = new Map<string, () => Promise<void>>();

  issue(minorVersion: number, cancel: () => Promise<void>): CancelKey {
    for (;;) {
      const key = {
        processId: randomInt(1, 2 ** 31 - 1),
        secretKey: randomBytes(minorVersion >= 2 ? 32 : 4),
      };
      if (this.#cancels.has(nameOf(key))) continue;
      this.#cancels.set(nameOf(key), cancel);
      return key;
    }
  }

  revoke(key: CancelKey): void {
    this.#cancels.delete(nameOf(key));
  }

  /** Undefined for a key that nobody has; a server says nothing about those either. */
  find(key: CancelKey): (() => Promise<void>) | undefined {
    return this.#cancels.get(nameOf(key));
  }
}

function nameOf({ processId, secretKey }: CancelKey): string {
  return `${processId}:${secretKey.toString("hex")}`;
}
