import { decodeParameterStatus } from "@custody/wire/postgres";
import { Dialogue } from "./dialogue.ts";
import type { DialogueStream } from "./dialogue-stream.ts";
import type { ServerSettings } from "./settings.ts";

export interface BorrowedServerParts {
  readonly send: (bytes: Buffer) => void;
  /** Sends bytes to the client. */
  readonly passOn: (bytes: readonly Buffer[]) => void;
  /** What the client was told of. */
  readonly settings: Pick<ServerSettings, "get">;
}

/**
 * The server's side of an agent's connection while Custody talks to it itself: nothing of the client's is on its way, and
 * none of the answers goes on to it. Only what the server tells whoever listens is kept for it.
 */
export class BorrowedServer implements DialogueStream {
  readonly #parts: BorrowedServerParts;
  readonly #statuses = new Map<string, { readonly raw: Buffer; readonly value: string }>();
  readonly #chunks: Buffer[] = [];
  #isGone = false;
  #wake: (() => void) | undefined;
  /** NotificationResponse, whole. */
  readonly notifications: Buffer[] = [];

  constructor(parts: BorrowedServerParts) {
    this.#parts = parts;
  }

  write(bytes: Buffer): void {
    this.#parts.send(bytes);
  }

  async read(): Promise<Buffer | undefined> {
    while (this.#chunks.length === 0 && !this.#isGone) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#chunks.shift();
  }

  notified(raw: Buffer): void {
    this.notifications.push(raw);
  }

  /** Nothing follows it, so the client is told at once. */
  lastWord(raw: Buffer): void {
    this.#parts.passOn([raw]);
  }

  parameterStatus(raw: Buffer): void {
    const { name, value } = decodeParameterStatus(raw.subarray(5));
    this.#statuses.set(name, { raw, value });
  }

  takeStatuses(): readonly Buffer[] {
    const changed = [...this.#statuses].filter(
      ([name, { value }]) => this.#parts.settings.get(name) !== value,
    );
    this.#statuses.clear();
    return changed.map(([, { raw }]) => raw);
  }

  received(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  /** No answer will come any more. */
  gone(): void {
    this.#isGone = true;
    this.#wake?.();
  }
}

/** A conversation to its end, or to `onLate`, which makes the server stop what it does. */
export async function talk<T>(
  borrowed: BorrowedServer,
  use: (dialogue: Dialogue) => Promise<T>,
  onLate: () => void,
  patienceMs?: number,
): Promise<T> {
  const late = patienceMs === undefined ? undefined : setTimeout(onLate, patienceMs);
  try {
    return await use(new Dialogue(borrowed));
  } finally {
    clearTimeout(late);
  }
}
