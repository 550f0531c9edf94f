/** Why a request was not answered as asked. `status` is 0 when nobody answered at all. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ApiProblem";
    this.code = code;
    this.status = status;
  }
}

/** Whether the same question may well be answered the next time: nobody was there, or the server was not ready. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
}

/** Whether the record that was asked for was destroyed by a recorded order. */
export function isDestroyed(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === "record-destroyed";
}

/** Reads the refusal out of an answer: `{"error":{"code","message"}}`, or whatever stands there instead. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => undefined);
  const error = isObject(body) && isObject(body["error"]) ? body["error"] : {};
  const code = typeof error["code"] === "string" ? error["code"] : "unknown";
  const message = typeof error["message"] === "string" ? error["message"] : "";
  return new ApiProblem(response.status, code, message);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
