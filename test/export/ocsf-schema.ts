import { readFileSync } from "node:fs";

/**
 * The part of the published OCSF schema that our events use: which attributes a class or object has, of which type, and
 * which are required. Facts only, without the schema's prose; deprecated attributes are left out, so that using one is
 * an error. The file names its source and commit.
 */
export interface OcsfSchema {
  readonly version: string;
  readonly types: Readonly<Record<string, { base: string; pattern?: string; max?: number }>>;
  readonly classes: Readonly<Record<string, OcsfShape & { name: string; category: number }>>;
  readonly objects: Readonly<Record<string, OcsfShape>>;
}

interface OcsfShape {
  readonly attributes: Readonly<Record<string, OcsfAttribute>>;
  readonly constraints?: { readonly at_least_one?: readonly string[] };
}

interface OcsfAttribute {
  readonly type: string;
  readonly array?: true;
  readonly required?: true;
  readonly profile?: string;
  readonly enum?: Readonly<Record<string, string>>;
  readonly sibling?: string;
}

export const ocsfSchema: OcsfSchema = JSON.parse(
  readFileSync(new URL("./ocsf-1.9.0.json", import.meta.url), "utf8"),
);

type Fields = Record<string, unknown>;

/** Everything about an event that the schema does not allow, each as `path: what is wrong`. */
export function ocsfProblems(event: Fields): string[] {
  const found = ocsfSchema.classes[String(event["class_uid"])];
  if (found === undefined) return [`class_uid: ${event["class_uid"]} is not in the schema`];
  const metadata = event["metadata"] as Fields;
  const profiles = (metadata?.["profiles"] ?? []) as string[];
  const problems = shapeProblems(event, found, "", profiles);
  const expect = (path: string, value: unknown, wanted: unknown) => {
    if (value !== wanted) problems.push(`${path}: is ${value}, not ${wanted}`);
  };
  expect("category_uid", event["category_uid"], found.category);
  expect("class_name", event["class_name"], found.name);
  expect("type_uid", event["type_uid"], Number(event["class_uid"]) * 100 + Number(event["activity_id"]));
  expect("metadata.version", metadata?.["version"], ocsfSchema.version);
  return problems;
}

function shapeProblems(value: Fields, shape: OcsfShape, path: string, profiles: readonly string[]): string[] {
  const problems = Object.entries(value).flatMap(([name, each]) => {
    const attribute = shape.attributes[name];
    if (attribute === undefined) return [`${path}${name}: the schema has no such attribute`];
    if (attribute.profile !== undefined && !profiles.includes(attribute.profile))
      return [`${path}${name}: needs the profile ${attribute.profile}`];
    return attributeProblems(each, attribute, `${path}${name}`, profiles, value);
  });
  for (const [name, { required }] of Object.entries(shape.attributes))
    if (required && value[name] === undefined) problems.push(`${path}${name}: is required`);
  const anyOf = shape.constraints?.at_least_one;
  if (anyOf !== undefined && !anyOf.some((name) => value[name] !== undefined))
    problems.push(`${path}: has none of ${anyOf.join(", ")}`);
  return problems;
}

function attributeProblems(
  value: unknown,
  attribute: OcsfAttribute,
  path: string,
  profiles: readonly string[],
  parent: Fields,
): string[] {
  const { array, type } = attribute;
  if (Array.isArray(value) !== (array === true))
    return [`${path}: is ${array ? "no list, but should be" : "a list"}`];
  const values = array ? (value as unknown[]) : [value];
  return values.flatMap((each) => {
    if (type === "object" || type === "json_t") return [];
    const shape = ocsfSchema.objects[type];
    if (shape !== undefined) {
      if (typeof each !== "object" || each === null) return [`${path}: is no object`];
      return shapeProblems(each as Fields, shape, `${path}.`, profiles);
    }
    return [...scalarProblems(each, type, path), ...enumProblems(each, attribute, path, parent)];
  });
}

function scalarProblems(value: unknown, type: string, path: string): string[] {
  const found = ocsfSchema.types[type];
  if (found === undefined) return [`${path}: its type ${type} is not in the schema's extract`];
  const isRight =
    found.base === "integer_t" || found.base === "long_t"
      ? Number.isSafeInteger(value) && (value as number) <= (found.max ?? Number.MAX_SAFE_INTEGER)
      : typeof value === { boolean_t: "boolean", float_t: "number", string_t: "string" }[found.base];
  if (!isRight) return [`${path}: ${JSON.stringify(value)} is no ${type}`];
  const isMatching = found.pattern === undefined || new RegExp(found.pattern).test(String(value));
  return isMatching ? [] : [`${path}: ${value} does not look like a ${type}`];
}

/** A number with a name beside it: the name is the schema's, except for 99, where the source says it. */
function enumProblems(value: unknown, attribute: OcsfAttribute, path: string, parent: Fields): string[] {
  if (attribute.enum === undefined) return [];
  const caption = attribute.enum[String(value)];
  if (caption === undefined) return [`${path}: ${value} is not one of the schema's values`];
  const said = attribute.sibling === undefined ? undefined : parent[attribute.sibling];
  if (String(value) === "99") {
    const isSaid = attribute.sibling === undefined || (typeof said === "string" && said !== "");
    return isSaid ? [] : [`${path}: 99 needs its own word in ${attribute.sibling}`];
  }
  // A type's word is the source's own, as in `database.type`.
  const isFree = attribute.sibling === "type" || said === undefined || said === caption;
  return isFree ? [] : [`${path}: ${attribute.sibling} is ${said}, not ${caption}`];
}
