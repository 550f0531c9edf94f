import type { KeyScope } from "./key-scope.ts";

/** By project, class and session. */
type ByName<T> = Map<string, T>;

/**
 * Something for each scope, found without naming the scope: to write its name down costs more than all else that an
 * entry needs of the key ring.
 */
export class ScopeKeys<T> {
  readonly #found: ByName<ByName<ByName<T>>> = new Map();

  get({ class: class_, project, session = "" }: KeyScope): T | undefined {
    return this.#found.get(project)?.get(class_)?.get(session);
  }

  set({ class: class_, project, session = "" }: KeyScope, value: T): void {
    const ofProject = this.#found.get(project) ?? new Map<string, ByName<T>>();
    const ofClass = ofProject.get(class_) ?? new Map<string, T>();
    this.#found.set(project, ofProject);
    ofProject.set(class_, ofClass);
    ofClass.set(session, value);
  }

  clear(): void {
    this.#found.clear();
  }
}
