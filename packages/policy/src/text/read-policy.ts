import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { PolicyError } from "../error.ts";
import { type PolicyText, policySchema } from "./policy-schema.ts";

type Document = ReturnType<typeof parseDocument>;

/** A policy as it is written, and where each part of it stands. */
export interface ReadPolicy {
  readonly policy: PolicyText;
  /** What is wrong with the part at this path, as an error that names its line. */
  refuse(path: readonly PropertyKey[], message: string): PolicyError;
}

const EMPTY: PolicyText = { version: 1, extends: [], rules: [], tests: [] };

/** Reads the text of a policy, or throws a PolicyError that names the line. `origin` is its file name. */
export function readPolicy(text: string, origin: string): ReadPolicy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "error" });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    const [message = problem.message] = problem.message.split(" at line ");
    throw new PolicyError("POLICY_SYNTAX", { origin, line }, message);
  }
  const lineAt = (path: readonly PropertyKey[]) => lineOf(path, document, lines);
  const refuse = (path: readonly PropertyKey[], message: string) =>
    new PolicyError("POLICY_INVALID", { origin, line: lineAt(path) }, message);
  // A file of comments only says that there are no rules.
  if (document.contents === null) return { policy: EMPTY, refuse };
  const { data, error } = policySchema.safeParse(toJavaScript(document, origin));
  if (data !== undefined) return { policy: data, refuse };
  const issues = error?.issues.map(innermost) ?? [];
  // A misspelt key is missing under its right name as well; what was written is the better hint.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  throw issueError(issue as z.core.$ZodIssue, origin, lineAt);
}

/** Of what may be a word or a map, the mistake within the map says more than that it is neither. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const deep = issue.errors.flat().find(({ code }) => code === "unrecognized_keys" || code === "custom");
  return deep === undefined ? issue : { ...deep, path: [...issue.path, ...deep.path] };
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

function issueError(
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
