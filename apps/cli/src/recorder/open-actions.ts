import type { RecordDraft, Statement } from "@custody/domain";

interface OpenAction {
  /** No record of the action stands below this index. */
  readonly index: number;
  readonly statement: Statement | undefined;
  readonly text: string | undefined;
}

/** Which actions have a request and no final record yet, and what of them is worth remembering until then. */
export class OpenActions {
  /** In the order of their requests, so that the first is the lowest. */
  readonly #open = new Map<string, OpenAction>();

  opened({ action, statement }: RecordDraft, index: number, text: string | undefined): void {
    this.#open.set(action, { index, statement, text });
  }

  closed(action: string): void {
    this.#open.delete(action);
  }

  /** The encoded statement, when the draft has the very statement that its request had. */
  statementText({ action, statement }: RecordDraft): string | undefined {
    const found = statement && this.#open.get(action);
    return found?.statement === statement ? found?.text : undefined;
  }

  /** The lowest index that may belong to an open action; undefined when none is open. */
  lowestIndex(): number | undefined {
    for (const { index } of this.#open.values()) return index;
    return undefined;
  }
}
