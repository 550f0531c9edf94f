import type { Decision, Operation, TouchedObject } from "@custody/domain";
import { compileGlob } from "./glob.ts";

/** Says whether an object, as an operation names it, is meant by a pattern. */
export type MeansObject = (object: TouchedObject, operation: Operation) => boolean;

/**
 * Compiles `name` (in any schema) or `schema.name` for a rule with this effect.
 *
 * A name without a schema may mean an object of any schema: search_path decides, and the agent may set it. Whatever
 * is in doubt must end in a refusal, so a denial matches whatever could be meant, and a permission only what must
 * be. To ask a human, or to simulate, is decided as a denial is:
 *
 * | pattern        | object         | deny    | allow |
 * |----------------|----------------|---------|-------|
 * | `users`        | users          | yes     | yes   |
 * | `users`        | public.users   | yes     | yes   |
 * | `*.users`      | users          | yes     | yes   |
 * | `public.users` | users          | **yes** | no    |
 * | `public.users` | "Users"        | **yes** | no    |
 * | `public.*`     | schema public, in DROP SCHEMA and the like | **yes** | no |
 */
export function compileObjectPattern(pattern: string, effect: Decision["effect"]): MeansObject {
  const isRestrictive = effect !== "allow";
  const ignoreCase = isRestrictive;
  const parts = pattern.split(".");
  const name = compileGlob(parts.at(-1) ?? "", { ignoreCase });
  const schemaPattern = parts.length === 1 ? "*" : (parts[0] ?? "");
  const schema = compileGlob(schemaPattern, { ignoreCase });
  const anySchema = schemaPattern === "*";
  return (object, operation) => {
    const isSchema = isAboutSchemas(operation);
    if (isSchema && isRestrictive && !anySchema) return schema(object.name);
    if (isSchema && parts.length > 1) return isRestrictive;
    if (!name(object.name)) return false;
    return object.schema === undefined ? anySchema || isRestrictive : schema(object.schema);
  };
}

/** DROP SCHEMA, ALTER SCHEMA, GRANT ON ALL IN SCHEMA …: the objects they name are schemas. */
function isAboutSchemas({ verb }: Operation): boolean {
  return verb.toUpperCase().endsWith(" SCHEMA");
}
