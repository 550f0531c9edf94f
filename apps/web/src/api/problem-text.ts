import { escapeText, pageText } from "@custody/messages";
import { ApiProblem } from "./problem.ts";

/** A failure in words for the reader. */
export function problemText(error: unknown): string {
  if (error instanceof ApiProblem && error.status === 0) return pageText("problem.network");
  if (error instanceof ApiProblem)
    return escapeText(error.message) || pageText("problem.http", { status: error.status });
  return escapeText(error instanceof Error ? error.message : String(error));
}
