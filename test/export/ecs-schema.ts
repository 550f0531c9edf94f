import { readFileSync } from "node:fs";
import { isIP } from "node:net";

/** The published fields of ECS in the groups that our documents use: name and type; `[]` where a field is a list. */
export interface EcsSchema {
  readonly version: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly values: {
    readonly category: Readonly<Record<string, readonly string[]>>;
    readonly kind: readonly string[];
    readonly outcome: readonly string[];
    readonly type: readonly string[];
  };
}

export const ecsSchema: EcsSchema = JSON.parse(
  readFileSync(new URL("./ecs-9.4.0.json", import.meta.url), "utf8"),
);

type Fields = Record<string, unknown>;

/** Everything about a document that the schema does not allow. What is below `custody` is our own. */
export function ecsProblems(document: Fields): string[] {
  const { custody: _, ...rest } = document;
  const problems = groupProblems(rest, "");
  for (const name of ["@timestamp", "ecs"])
    if (document[name] === undefined) problems.push(`${name}: is missing`);
  const { version } = (document["ecs"] ?? {}) as Fields;
  if (version !== ecsSchema.version) problems.push(`ecs.version: is ${version}`);
  return [...problems, ...eventProblems((document["event"] ?? {}) as Fields)];
}

function groupProblems(value: Fields, path: string): string[] {
  return Object.entries(value).flatMap(([name, each]) => {
    const field = `${path}${name}`;
    const type = ecsSchema.fields[field];
    if (type !== undefined) return fieldProblems(each, type, field);
    if (typeof each !== "object" || each === null || Array.isArray(each))
      return [`${field}: the schema has no such field`];
    return groupProblems(each as Fields, `${field}.`);
  });
}

function fieldProblems(value: unknown, type: string, field: string): string[] {
  if (Array.isArray(value) !== type.endsWith("[]"))
    return [`${field}: is a list where none is, or the reverse`];
  const single = type.replace("[]", "");
  return (Array.isArray(value) ? value : [value])
    .filter((each) => !isOfType(each, single))
    .map((each) => `${field}: ${JSON.stringify(each)} is no ${single}`);
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "long") return Number.isSafeInteger(value);
  if (type === "date") return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value);
  if (type === "ip") return typeof value === "string" && isIP(value) !== 0;
  return typeof value === "string" && ["keyword", "match_only_text", "wildcard"].includes(type);
}

function eventProblems(event: Fields): string[] {
  const { category, kind, outcome, type } = ecsSchema.values;
  const problems: string[] = [];
  if (!kind.includes(event["kind"] as string)) problems.push(`event.kind: is ${event["kind"]}`);
  if (!outcome.includes(event["outcome"] as string)) problems.push(`event.outcome: is ${event["outcome"]}`);
  for (const each of event["type"] as string[])
    if (!type.includes(each)) problems.push(`event.type: ${each}`);
  for (const each of (event["category"] ?? []) as string[]) {
    const expected = category[each];
    if (expected === undefined) problems.push(`event.category: ${each}`);
    else if (!(event["type"] as string[]).every((one) => expected.includes(one)))
      problems.push(`event.type: ${event["type"]} does not go with the category ${each}`);
  }
  return problems;
}
