import { accessHeaders, forgetAccess, readAccess } from "./access.ts";
import { ApiProblem, problemOf } from "./problem.ts";

export interface RequestOptions {
  /** Makes it a POST. */
  readonly body?: object;
  /** GET, unless given. */
  readonly method?: "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Asks as whoever is let in. Whoever is refused sees the way in again. */
export async function request(
  path: string,
  { body, headers, method, signal }: RequestOptions = {},
): Promise<Response> {
  const access = readAccess();
  const response = await reach(path, {
    headers: { ...headers, ...accessHeaders() },
    ...(method !== undefined && { method }),
    ...(body !== undefined && { body: JSON.stringify(body), method: "POST" }),
    ...(signal !== undefined && { signal }),
  });
  if (response.ok) return response;
  const problem = await problemOf(response);
  // A wrong password, asked for anew by whoever is let in already, ends nothing.
  const isLetIn = problem.code === "sign-in-refused" || problem.code === "code-needed";
  if (problem.status === 401 && !isLetIn && access === readAccess()) forgetAccess(true);
  throw problem;
}

export async function requestJson<Shape>(path: string, options: RequestOptions = {}): Promise<Shape> {
  const response = await request(path, options);
  return (await response.json()) as Shape;
}

/** Asks for what needs no access, such as a way in. */
export async function reachJson<Shape>(path: string, body: object): Promise<Shape> {
  const response = await reach(path, {
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
    method: "POST",
  });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Shape;
}

/** `fetch`, with a problem of ours when nobody answered; an aborted request stays an abort. */
export async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { cache: "no-store", credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0, "unreachable", "");
  }
}
