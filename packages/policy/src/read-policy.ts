import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { PolicyError } from "./error.ts";
import { policySchema, type RuleText } from "./schema.ts";

type Document = ReturnType<typeof parseDocument>;

/** Reads the text of a policy into rules, or throws a PolicyError that names the line. */
export function readPolicy(text: string, origin: string): readonly RuleText[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    const [message = problem.message] = problem.message.split(" at line ");
    throw new PolicyError("POLICY_SYNTAX", { origin, line }, message);
  }
  // A file of comments only says that there are no rules.
  if (document.contents === null) return [];
  const result = policySchema.safeParse(toJavaScript(document, origin));
  const issues = result.error?.issues ?? [];
  // A misspelt key is missing under its right name as well; what was written is the better hint.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue !== undefined) throw refuse(issue, origin, (path) => lineOf(path, document, lines));
  return result.data?.rules ?? [];
}

/** Aliases that multiply themselves are stopped by the library, with an error of its own. */
function toJavaScript(document: Document, origin: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new PolicyError(
      "POLICY_SYNTAX",
      { origin, line: 1 },
      error instanceof Error ? error.message : String(error),
    );
  }
}

function refuse(
  issue: z.core.$ZodIssue,
  origin: string,
  lineOfPath: (path: readonly PropertyKey[]) => number,
): PolicyError {
  const where = issue.path.length === 0 ? "the policy" : describePath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const line = lineOfPath([...issue.path, key]);
    return new PolicyError("POLICY_UNKNOWN_KEY", { origin, line }, `unknown key "${key}" in ${where}`);
  }
  return new PolicyError(
    "POLICY_INVALID",
    { origin, line: lineOfPath(issue.path) },
    `${where}: ${issue.message}`,
  );
}

function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
}

/** The line of the node at this path; what is missing has none, so then that of the innermost that exists. */
function lineOf(path: readonly PropertyKey[], document: Document, lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node !== "object" || node === null || !("range" in node)) continue;
    const [start] = node.range as [number, number, number];
    return lines.linePos(start).line;
  }
  return 1;
}
