import type { Decision } from "@custody/domain";
import type { ClassifiedStatement } from "./classify/statement.ts";

/** A prepared statement, whether by a Parse message or by SQL PREPARE: the server keeps both under one set of names. */
export interface PreparedStatement {
  /** What its message has around it; missing where it was prepared in SQL. */
  readonly around?: string;
  /** Undefined for an empty statement, which can be executed and does nothing. */
  readonly classified: ClassifiedStatement | undefined;
  /** Object ids of the parameter types; filled in by a ParameterDescription when the client did not name them. */
  parameterTypes: readonly number[];
  /** Why the statement may not run at all. */
  readonly refused: Decision | undefined;
}

/** A definition on its way; `value` is undefined for a removal. */
interface Proposal<Value> {
  readonly value: Value | undefined;
  readonly segment: number;
}

/**
 * Names and what they stand for, as the server will see them: what is confirmed, and what is on its way.
 *
 * A client may send Parse, Bind and Execute without waiting. So a definition counts for later messages as soon as
 * it is sent, and is kept only if the server confirms it.
 */
export class Namespace<Value> {
  readonly #confirmed = new Map<string, Value>();
  /** Oldest first. */
  readonly #pending = new Map<string, Proposal<Value>[]>();

  /** What a message sent now would refer to. */
  get(name: string): Value | undefined {
    const newest = this.#pending.get(name)?.at(-1);
    return newest === undefined ? this.#confirmed.get(name) : newest.value;
  }

  /**
   * Whether `get` is right, whatever the server will answer to what is on its way: a definition that fails can leave
   * another one in its place, and a later segment would then run that one. Within its own segment it is always
   * right, since nothing behind a failure runs there.
   */
  isCertain(name: string, segment: number): boolean {
    const pending = this.#pending.get(name);
    const newest = pending?.at(-1);
    if (pending === undefined || newest === undefined || newest.segment === segment) return true;
    const isOther = (value: Value | undefined) => value !== undefined && value !== newest.value;
    return !isOther(this.#confirmed.get(name)) && !pending.some(({ value }) => isOther(value));
  }

  /** A definition was sent in the given segment; `undefined` for a removal. */
  propose(name: string, value: Value | undefined, segment: number): void {
    const pending = this.#pending.get(name);
    if (pending === undefined) this.#pending.set(name, [{ value, segment }]);
    else pending.push({ value, segment });
  }

  /** The server confirmed it. A newer proposal of the same name stays pending. */
  confirm(name: string, value: Value | undefined): void {
    if (value === undefined) this.#confirmed.delete(name);
    else this.#confirmed.set(name, value);
    this.reject(name, value);
  }

  /** The server refused or skipped it. */
  reject(name: string, value: Value | undefined): void {
    const pending = this.#pending.get(name);
    if (pending === undefined) return;
    // Nearly always there is one.
    const at = pending[0]?.value === value ? 0 : pending.findIndex((proposal) => proposal.value === value);
    if (at === -1) return;
    if (at === 0) pending.shift();
    else pending.splice(at, 1);
    // The unnamed one comes with every statement; its empty list stays.
    if (pending.length === 0 && name !== "") this.#pending.delete(name);
  }

  /** It is gone by something else than a removal that was proposed; what is on its way comes after. */
  remove(name: string): void {
    this.#confirmed.delete(name);
  }

  /** Only what is confirmed goes; what is on its way comes after. */
  clear(): void {
    if (this.#confirmed.size > 0) this.#confirmed.clear();
  }

  /** As DEALLOCATE ALL does: the unnamed one is not among those that have a name. */
  clearNamed(): void {
    const unnamed = this.#confirmed.get("");
    this.#confirmed.clear();
    if (unnamed !== undefined) this.#confirmed.set("", unnamed);
  }
}
