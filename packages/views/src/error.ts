/**
 * Everything that the index can refuse.
 *
 * - `FILTER_INVALID`: a filter says something that makes no sense: a type, a level, a time.
 * - `INDEX_CLOSED`: the index was closed.
 * - `INDEX_FAILED`: the index file cannot be read or written; the next `follow` mends it, or begins it anew.
 * - `INDEX_IN_USE`: another process keeps this index.
 */
export type ViewsErrorCode = "FILTER_INVALID" | "INDEX_CLOSED" | "INDEX_FAILED" | "INDEX_IN_USE";

/** The code is the contract; the message is for people and may change. */
export class ViewsError extends Error {
  readonly code: ViewsErrorCode;

  constructor(code: ViewsErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ViewsError";
    this.code = code;
  }
}
