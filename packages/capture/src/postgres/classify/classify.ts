import { hash } from "node:crypto";
import { CaptureError } from "../../error.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { classifyAnew, type Shape } from "./classify-anew.ts";
import { isSimple } from "./complexity.ts";
import { type LiteralFree, literalFree } from "./literal-free.ts";
import { type SourceText, sourceText } from "./source-text.ts";
import type { ClassifiedStatement, ClassifyContext } from "./statement.ts";

export { loadParser } from "./parser.ts";
export { resolveExecute } from "./resolve-execute.ts";
export { classifyInWorker, disposeClassifier } from "./worker.ts";

/** Longer texts would hold up every other connection while they are parsed: some 50 ms at this length. */
export const STATEMENT_INLINE_BYTES_MAX: number = 256 * 1024;

/** Longer texts are bulk data, and rarely come twice. */
const cachedCharactersMax = 16 * 1024;

/** Whole texts, and what they were found to do; the key begins with the database. */
const exact = new BoundedCache<readonly ClassifiedStatement[]>({ entries: 10_000, characters: 32 << 20 });

/** Single statements without their literals. Both caches together keep at most 64 Mi characters. */
const shapes = new BoundedCache<Shape>({ entries: 10_000, characters: 32 << 20 });

/**
 * What each statement of a message does, as far as its text tells. Empty statements (`;;`) do not count.
 *
 * Throws a CaptureError: STATEMENT_UNPARSEABLE, or STATEMENT_TOO_LONG and STATEMENT_TOO_COMPLEX, for which
 * `classifyInWorker` may have an answer. Statements that differ only in their literals share `operations`.
 */
export function classify(sql: string | Buffer, context: ClassifyContext): readonly ClassifiedStatement[] {
  const size = typeof sql === "string" ? Buffer.byteLength(sql) : sql.length;
  if (size > STATEMENT_INLINE_BYTES_MAX) {
    throw new CaptureError("STATEMENT_TOO_LONG", `${size} bytes are too long to be parsed in line`);
  }
  const source = sourceText(sql);
  // A text that is not UTF-8 could be another one's double.
  const isCacheable = source.encoding === "utf8" && source.sql.length <= cachedCharactersMax;
  return isCacheable ? lookUp(source, context) : classifySimple(source, context).statements;
}

function lookUp(source: SourceText, context: ClassifyContext): readonly ClassifiedStatement[] {
  const key = `${context.database}\u0000${source.sql}`;
  const known = exact.get(key);
  if (known !== undefined) return known;
  const free = literalFree(source.sql);
  const shapeKey = free && `${context.database}\u0000${free.key}`;
  const shape = shapeKey === undefined ? undefined : shapes.get(shapeKey);
  // Not entered into the exact cache: texts with changing literals would wash out what does come again.
  if (shape !== undefined && free !== undefined) return [fill(shape, free, source.sql)];
  const found = classifySimple(source, context);
  if (shapeKey !== undefined && found.shape !== undefined) shapes.set(shapeKey, found.shape);
  exact.set(key, found.statements);
  return found.statements;
}

function classifySimple(source: SourceText, context: ClassifyContext): ReturnType<typeof classifyAnew> {
  if (isSimple(source.sql)) return classifyAnew(source, context);
  throw new CaptureError(
    "STATEMENT_TOO_COMPLEX",
    "the statement may be nested too deeply to be parsed in line",
  );
}

/**
 * Only spaces stand before the statement, so `start` counts bytes as well as characters.
 *
 * Field by field, since a spread takes longer than all the rest; plain reads and writes have no optional fields.
 */
function fill(
  { effects, fingerprint }: Shape,
  { start, end }: LiteralFree,
  sql: string,
): ClassifiedStatement {
  const text = sql.slice(start, end);
  return {
    changesSession: effects.changesSession,
    digest: hash("sha256", text),
    end: start + Buffer.byteLength(text),
    escapesTransaction: effects.escapesTransaction,
    fingerprint,
    functions: effects.functions,
    operations: effects.operations,
    start,
    text,
    tier: effects.tier,
    verb: effects.verb,
    writes: effects.writes,
  };
}
