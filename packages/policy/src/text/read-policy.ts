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

/** A text that is no YAML at all has one in each line. */
const PROBLEMS_MAX = 50;

const EMPTY: PolicyText = { version: 1, extends: [], rules: [], budgets: [], tests: [] };

/** Reads the text of a policy, or throws a PolicyError that names the line. `origin` is its file name. */
export function readPolicy(text: string, origin: string): ReadPolicy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "error" });
  const problems = [...document.errors, ...document.warnings].slice(0, PROBLEMS_MAX).map((problem) => {
    const { col, line } = lines.linePos(problem.pos[0]);
    const [message = problem.message] = problem.message.split(" at line ");
    return new PolicyError("POLICY_SYNTAX", { column: col, line, origin }, message);
  });
  const unreadable = PolicyError.of(problems);
  if (unreadable !== undefined) throw unreadable;
  const placeAt = (path: readonly PropertyKey[]) => ({ origin, ...placeOf(path, document, lines) });
  const refuse = (path: readonly PropertyKey[], message: string) =>
    new PolicyError("POLICY_INVALID", placeAt(path), message);
  // A file of comments only says that there are no rules.
  if (document.contents === null) return { policy: EMPTY, refuse };
  const { data, error } = policySchema.safeParse(toJavaScript(document, origin));
  if (data !== undefined) return { policy: data, refuse };
  const issues = error?.issues.map(innermost) ?? [];
  // A misspelt key is missing under its right name as well; what was written is the better hint.
  const isUnknown = ({ code }: z.core.$ZodIssue) => code === "unrecognized_keys";
  const ordered = [...issues.filter(isUnknown), ...issues.filter((issue) => !isUnknown(issue))];
  throw PolicyError.of(ordered.map((issue) => issueError(issue, placeAt)));
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
  placeAt: (path: readonly PropertyKey[]) => Place & { readonly origin: string },
): PolicyError {
  const where = issue.path.length === 0 ? "the policy" : describePath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const place = placeAt([...issue.path, key]);
    return new PolicyError("POLICY_UNKNOWN_KEY", place, `unknown key "${key}" in ${where}`);
  }
  return new PolicyError("POLICY_INVALID", placeAt(issue.path), `${where}: ${issue.message}`);
}

function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
}

/** Counted from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where the node at this path stands; what is missing has no place, so then that of the innermost that exists. */
function placeOf(path: readonly PropertyKey[], document: Document, lines: LineCounter): Place {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node !== "object" || node === null || !("range" in node)) continue;
    const [start] = node.range as [number, number, number];
    const { col, line } = lines.linePos(start);
    return { column: col, line };
  }
  return { column: 1, line: 1 };
}
