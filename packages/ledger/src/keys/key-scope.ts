/** Which records share a data key, and therefore live and die together. */
export interface KeyScope {
  readonly project: string;
  /** The retention class, e.g. `session`, `governance`, `restore`. */
  readonly class: string;
  readonly session?: string;
}

export function scopeName(scope: KeyScope): string {
  return JSON.stringify([scope.project, scope.class, scope.session ?? ""]);
}

/** The reverse of `scopeName`; undefined for the ledger's two own keys, which have no scope. */
export function parseScope(name: string): KeyScope | undefined {
  if (!name.startsWith("[")) return undefined;
  const [project, class_, session] = JSON.parse(name) as [string, string, string];
  return { class: class_, project, ...(session === "" ? undefined : { session }) };
}
