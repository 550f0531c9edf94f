import { mayPrepare } from "./catalogue/may-prepare.ts";
import type { ClassifiedStatement } from "./classify/statement.ts";
import type { PreparedStatement } from "./namespace.ts";

/**
 * Which prepared statements code may have replaced: it can deallocate one and prepare another under its name, and nothing
 * on the wire tells. So each statement and each run of such code has its place in one order; what was prepared before code
 * ran may be another one since.
 */
export class Replacements {
  #place = 0;
  readonly #prepared = new WeakMap<PreparedStatement, number>();
  /** The newest that went to the server. */
  #codeSent = 0;
  /** What is about to go there, or will be refused. */
  readonly #codeProposed = new Map<ClassifiedStatement, number>();

  propose(prepared: PreparedStatement): void {
    this.#place += 1;
    this.#prepared.set(prepared, this.#place);
  }

  proposeCode(classified: ClassifiedStatement): void {
    if (!mayPrepare(classified)) return;
    this.#place += 1;
    this.#codeProposed.set(classified, this.#place);
  }

  sent(classified: ClassifiedStatement): void {
    const place = this.#codeProposed.get(classified);
    if (place === undefined) return;
    this.#codeSent = Math.max(this.#codeSent, place);
    this.#codeProposed.delete(classified);
  }

  withdraw(classified: ClassifiedStatement): void {
    this.#codeProposed.delete(classified);
  }

  /** Whether code that ran since, or will have run by then, may have put another statement in its place. */
  has(prepared: PreparedStatement): boolean {
    const place = this.#prepared.get(prepared) ?? 0;
    return place < Math.max(this.#codeSent, ...this.#codeProposed.values());
  }
}
