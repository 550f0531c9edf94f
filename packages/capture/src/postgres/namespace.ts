import type { Decision } from "@custody/domain";
import type { ClassifiedStatement } from "./classify/statement.ts";

/** A prepared statement, whether by a Parse message or by SQL PREPARE: the server keeps both under one set of names. */
export interface PreparedStatement {
  /** Undefined for an empty statement, which can be executed and does nothing. */
  readonly classified: ClassifiedStatement | undefined;
  /** Object ids of the parameter types; filled in by a ParameterDescription when the client did not name them. */
  parameterTypes: readonly number[];
  /** Why the statement may not run at all. */
  readonly refused: Decision | undefined;
}

/**
 * Names and what they stand for, as the server will see them: what is confirmed, and what is on its way.
 *
 * A client may send Parse, Bind and Execute without waiting. So a definition counts for later messages as soon as
 * it is sent, and is kept only if the server confirms it.
 */
export class Namespace<Value> {
  readonly #confirmed = new Map<string, Value>();
  readonly #pending = new Map<string, Value | undefined>();

  /** What a message sent now would refer to. */
  get(name: string): Value | undefined {
    return this.#pending.has(name) ? this.#pending.get(name) : this.#confirmed.get(name);
  }

  /** A definition was sent; `undefined` for a removal. */
  propose(name: string, value: Value | undefined): void {
    this.#pending.set(name, value);
  }

  /** The server confirmed it. A newer proposal of the same name stays pending. */
  confirm(name: string, value: Value | undefined): void {
    if (value === undefined) this.#confirmed.delete(name);
    else this.#confirmed.set(name, value);
    this.#forget(name, value);
  }

  /** The server refused or skipped it. */
  reject(name: string, value: Value | undefined): void {
    this.#forget(name, value);
  }

  /** Only what is confirmed goes; what is on its way comes after. */
  clear(): void {
    this.#confirmed.clear();
  }

  #forget(name: string, value: Value | undefined): void {
    if (this.#pending.get(name) === value) this.#pending.delete(name);
  }
}
