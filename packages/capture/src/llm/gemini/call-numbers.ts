import type { Block } from "../conversation/block.ts";

/**
 * Identifiers for calls that the API gives none: the tool's name, and the call's number among those of that name in its
 * conversation, e.g. `sh#2`. A result names the tool alone, and answers the first call of that name that waits for one.
 */
export class CallNumbers {
  readonly #counts = new Map<string, number>();
  #isAnswered = false;
  #waiting: { readonly name: string; readonly id: string }[] = [];

  /** Goes on from the calls of a request, which its answer follows. */
  static behind(blocks: readonly Block[]): CallNumbers {
    const numbers = new CallNumbers();
    for (const { kind, tool } of blocks) if (kind === "tool-call") numbers.called(tool?.name ?? "", tool?.id);
    return numbers;
  }

  /** Turns of the user's end those of the model: calls that have no result when the model calls again were broken off. */
  userTurn(): void {
    this.#isAnswered = true;
  }

  called(name: string, given: string | undefined): string {
    if (this.#isAnswered) this.#waiting = [];
    this.#isAnswered = false;
    const number = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, number);
    const id = given ?? `${name}#${number}`;
    this.#waiting.push({ id, name });
    return id;
  }

  answered(name: string, given: string | undefined): string {
    const at = this.#waiting.findIndex((call) => call.name === name && (given ?? call.id) === call.id);
    const [call] = at < 0 ? [] : this.#waiting.splice(at, 1);
    return given ?? call?.id ?? `${name}#${(this.#counts.get(name) ?? 0) + 1}`;
  }
}
