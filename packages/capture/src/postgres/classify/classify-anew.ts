import type { RawStmt } from "libpg-query";
import { CaptureError } from "../../error.ts";
import { describe } from "./describe.ts";
import { fingerprint } from "./fingerprint.ts";
import { parse } from "./parser.ts";
import { slicesOf } from "./slices.ts";
import type { SourceText } from "./source-text.ts";
import type { ClassifiedStatement, ClassifyContext, StatementEffects } from "./statement.ts";

/** What statements have in common that differ only in literals. */
export interface Shape {
  readonly effects: StatementEffects;
  readonly fingerprint: string;
}

/** Parses and describes a text, whatever anybody remembers. `shape` is there if it holds for other literals too. */
export function classifyAnew(
  source: SourceText,
  context: ClassifyContext,
): { statements: readonly ClassifiedStatement[]; shape: Shape | undefined } {
  try {
    const parsed = parse(source.sql);
    const slices = slicesOf(source.sql, parsed);
    let shape: Shape | undefined;
    const statements = parsed.map((raw, index) => {
      const part = source.slice(slices[index]?.from ?? 0, slices[index]?.to ?? source.size);
      const found = describeOne(raw, context, part.text);
      shape = parsed.length === 1 && isShared(raw) && !found.constantsMatter ? found : undefined;
      return { ...found.effects, ...part, fingerprint: found.fingerprint };
    });
    return { statements, shape };
  } catch (error) {
    // Our own walk through a tree that is deeper than the stack; nothing is broken by that.
    if (!(error instanceof RangeError)) throw error;
    throw new CaptureError("STATEMENT_TOO_COMPLEX", "the statement is nested too deeply", { cause: error });
  }
}

function describeOne(
  { stmt }: RawStmt,
  context: ClassifyContext,
  text: string,
): Shape & { constantsMatter: boolean } {
  if (stmt === undefined) throw new TypeError("a parsed statement has no node");
  return { ...describe(stmt, context.database, text), fingerprint: fingerprint(stmt) };
}

/** In every other statement, constants are names, options or whole programs. */
function isShared({ stmt }: RawStmt): boolean {
  const names = ["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"];
  return stmt !== undefined && names.some((name) => name in stmt);
}
