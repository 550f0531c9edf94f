import type { Endpoint } from "./provider.ts";

/** What a path is to a provider, where the method is the one named. */
export interface KnownEndpoint {
  readonly method: "GET" | "POST";
  /** Of the whole path, without a slash at its end. A group named `model` is the model's name. */
  readonly path: RegExp;
  readonly endpoint: Endpoint;
}

/**
 * The endpoint that a request means. Only what a provider's table names passes or is read: a path that this version does
 * not know could hold a conversation that nobody reads, or one of somebody else's that is stored at the provider's.
 */
export function endpointIn(
  table: {
    readonly known: readonly KnownEndpoint[];
    readonly outside: readonly (readonly [RegExp, string])[];
  },
  method: string,
  path: string,
): Endpoint {
  const plain = path.replace(/\/$/, "");
  // HEAD answers what GET would, without the body (RFC 9110, section 9.3.2).
  const as = method === "HEAD" ? "GET" : method;
  for (const { endpoint, method: named, path: pattern } of table.known) {
    const found = named === as ? pattern.exec(plain) : null;
    if (found === null) continue;
    const model = found.groups?.["model"];
    return model === undefined ? endpoint : { ...endpoint, model };
  }
  for (const [pattern, outside] of table.outside) if (pattern.test(plain)) return { outside, verb: outside };
  return { outside: "other", verb: "side-call" };
}
