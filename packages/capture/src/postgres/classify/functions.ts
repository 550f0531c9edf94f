import {
  harmlessFunctions,
  isAdminFunction,
  sequenceFunctions,
  textRunners,
  transactionalWriters,
} from "./function-lists.ts";
import { pureFunctions } from "./pure-functions.ts";

/**
 * How far a function can reach, judged by its name alone.
 *
 * - `harmless`: changes nothing. - `writes`: changes data, undone by ROLLBACK. - `sequence`: nextval, setval.
 * - `session`: set_config. - `text`: whatever SQL it is given as a text. - `admin`: the server itself.
 * - `unknown`: a user's function; it could do anything.
 */
export type FunctionReach = "harmless" | "writes" | "sequence" | "session" | "text" | "admin" | "unknown";

/**
 * Judges a function by its written name: `schema` is undefined when none is written.
 *
 * An unqualified built-in name is taken for the built-in, since pg_catalog is searched first unless search_path
 * says otherwise, and an overload of the user's own needs the catalogue to be told apart.
 */
export function functionReach(schema: string | undefined, name: string): FunctionReach {
  if (isAdminFunction(name)) return "admin";
  if (textRunners.has(name)) return "text";
  if (schema !== undefined && schema !== "pg_catalog") return "unknown";
  if (pureFunctions.has(name) || harmlessFunctions.has(name)) return "harmless";
  if (sequenceFunctions.has(name)) return "sequence";
  if (transactionalWriters.has(name)) return "writes";
  return name === "set_config" ? "session" : "unknown";
}
