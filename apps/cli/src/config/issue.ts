import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** The first thing that is wrong, as a person would say it, and where. */
export function describeIssue(
  issues: readonly Issue[],
  value: unknown,
): { path: readonly PropertyKey[]; what: string } {
  const { issue, path } = deepest(issues[0] as Issue, []);
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    return { path: [...path, key], what: `unknown key ${pathText([...path, key])}` };
  }
  if (isMissing(value, path)) return { path, what: `${pathText(path)} is missing` };
  return { path, what: `${pathText(path) || "the file"} is wrong: ${issue.message}` };
}

/** Of the alternatives of a union, the one that came furthest says the most: the others only name another type. */
function deepest(
  issue: Issue,
  outer: readonly PropertyKey[],
): { issue: Issue; path: readonly PropertyKey[] } {
  const path = [...outer, ...issue.path];
  if (issue.code !== "invalid_union") return { issue, path };
  const found = issue.errors.flatMap((alternative) => alternative.slice(0, 1));
  const better = found.find(({ code }) => code !== "invalid_type");
  return better === undefined ? { issue, path } : deepest(better, path);
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  const found = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  return path.length > 0 && found === undefined;
}

/** `targets[0].listen` */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}${text && "."}${String(key)}`),
    "",
  );
}
