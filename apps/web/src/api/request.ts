import { forgetToken, readToken } from "./access.ts";
import { ApiProblem, problemOf } from "./problem.ts";

export interface RequestOptions {
  /** GET, unless given. */
  readonly method?: "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Asks with the token of this tab. A refused token ends the access, and with it this view of the page. */
export async function request(
  path: string,
  { headers, method, signal }: RequestOptions = {},
): Promise<Response> {
  const token = readToken();
  const response = await reach(path, {
    headers: { ...headers, ...(token !== null && { authorization: `Bearer ${token}` }) },
    ...(method !== undefined && { method }),
    ...(signal !== undefined && { signal }),
  });
  if (response.status === 401 && token === readToken()) forgetToken(true);
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function requestJson<Shape>(path: string, options: RequestOptions = {}): Promise<Shape> {
  const response = await request(path, options);
  return (await response.json()) as Shape;
}

/** `fetch`, with a problem of ours when nobody answered; an aborted request stays an abort. */
export async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { cache: "no-store", credentials: "omit", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0, "unreachable", "");
  }
}
