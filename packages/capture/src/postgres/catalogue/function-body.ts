import type { FunctionFact } from "./facts.ts";
import { type PlpgsqlBody, plpgsqlBody } from "./plpgsql-body.ts";

/** The longest body that is looked into. */
const BODY_CHARACTERS_MAX = 64 * 1024;

/** Languages whose functions are compiled into the server, or loaded into it. */
const COMPILED: ReadonlySet<string> = new Set(["c", "internal"]);

/** What the body of a function consists of; undefined when nobody can say. */
export function functionBody(fact: FunctionFact): PlpgsqlBody | undefined {
  const { definition, extension, language, parsedBody, source, volatility } = fact;
  // Whoever installs an extension is its server's administrator; what it declares to change nothing, changes nothing.
  if (COMPILED.has(language)) return extension !== null && volatility !== "v" ? nothing : undefined;
  const text = parsedBody ?? source ?? definition ?? "";
  if (text.length > BODY_CHARACTERS_MAX) return undefined;
  if (language === "plpgsql") return definition === null ? undefined : plpgsqlBody(definition);
  if (language !== "sql") return undefined;
  return { ...nothing, statements: [parsedBody === null ? (source ?? "") : statementsOf(parsedBody)] };
}

const nothing: PlpgsqlBody = { escapesTransaction: false, isOpen: false, statements: [] };

/** `RETURN (a + 1)` is a query, and `BEGIN ATOMIC …; END` some statements. */
function statementsOf(parsedBody: string): string {
  const { atomic } = /^\s*BEGIN ATOMIC\b(?<atomic>.*)\bEND\s*$/s.exec(parsedBody)?.groups ?? {};
  return atomic ?? parsedBody.replace(/^\s*RETURN\b/, "SELECT");
}
