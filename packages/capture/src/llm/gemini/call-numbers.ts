import type { Block } from "../conversation/block.ts";

/**
 * Identifiers for calls: the tool's name, and the call's number among those of that name in its conversation, e.g. `sh#2`.
 * The API often gives none, and then clients make some up for the next request, which the answer did not have: so those that
 * are given only tell which result of a request belongs to which of its calls. A result without one answers the first call of
 * its name that waits.
 */
export class CallNumbers {
  readonly #counts = new Map<string, number>();
  #isAnswered = false;
  #waiting: { readonly name: string; readonly id: string; readonly given: string | undefined }[] = [];

  /** Goes on from the calls of a request, which its answer follows. */
  static behind(blocks: readonly Block[]): CallNumbers {
    const numbers = new CallNumbers();
    for (const { kind, tool } of blocks)
      if (kind === "tool-call") numbers.called(tool?.name ?? "", undefined);
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
    const id = `${name}#${number}`;
    this.#waiting.push({ given, id, name });
    return id;
  }

  answered(name: string, given: string | undefined): string {
    const byId = this.#waiting.findIndex((call) => given !== undefined && call.given === given);
    const at = byId >= 0 ? byId : this.#waiting.findIndex((call) => call.name === name);
    const [call] = at < 0 ? [] : this.#waiting.splice(at, 1);
    return call?.id ?? `${name}#${(this.#counts.get(name) ?? 0) + 1}`;
  }
}
