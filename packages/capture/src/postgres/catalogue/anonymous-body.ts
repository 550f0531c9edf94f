import { parse } from "../classify/parser.ts";
import { type PlpgsqlBody, plpgsqlBody } from "./plpgsql-body.ts";

/** What a DO block runs; undefined when it is not PL/pgSQL. Throws what the parser throws. */
export function anonymousBody(sql: string): PlpgsqlBody | undefined {
  const options = optionsOf(parse(sql));
  const language = options.get("language") ?? "plpgsql";
  const code = options.get("as");
  if (language.toLowerCase() !== "plpgsql" || code === undefined) return undefined;
  const quote = quoteFor(code);
  return plpgsqlBody(`CREATE PROCEDURE anonymous() LANGUAGE plpgsql AS ${quote}${code}${quote}`);
}

function optionsOf(statements: ReturnType<typeof parse>): Map<string, string> {
  const options = new Map<string, string>();
  for (const { stmt } of statements) {
    if (stmt === undefined || !("DoStmt" in stmt)) continue;
    for (const option of stmt.DoStmt.args ?? []) {
      if (!("DefElem" in option)) continue;
      const { arg, defname } = option.DefElem;
      if (defname !== undefined && arg !== undefined && "String" in arg)
        options.set(defname, arg.String.sval ?? "");
    }
  }
  return options;
}

/** A dollar quote that does not end within the code. */
function quoteFor(code: string): string {
  for (let number = 0; ; number += 1) {
    const quote = `$custody${number}$`;
    if (!code.includes(quote)) return quote;
  }
}
