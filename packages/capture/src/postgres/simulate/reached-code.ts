import { isAdminFunction } from "../classify/function-lists.ts";
import { functionReach } from "../classify/functions.ts";
import type { Dialogue } from "../dialogue.ts";
import type { Obstacle } from "./answer.ts";
import { type CodeWords, joinWords, wordsOfBody } from "./code-words.ts";
import { Reachable, type ReachableFunction, type ReachableRelation } from "./reachable.ts";
import { builtInObstacle, outside } from "./statement-obstacle.ts";

export interface ReachedCode {
  readonly obstacle: Obstacle | undefined;
  readonly notifies: boolean;
}

export interface ReachedLimits {
  readonly acceptsDynamicSql: boolean;
  /** The session goes on: what lasts as long as it does would be left in it. */
  readonly isOfSession: boolean;
}

/** A statement that may run more code than this is not judged. */
const FUNCTIONS_MAX = 5000;

/**
 * Looks through all code that the statement can come to run: functions, views, triggers, defaults, checks, policies,
 * cascades, and whatever those mention in turn.
 *
 * It goes by words: what is not mentioned by its name cannot be called, except by SQL that is built while it runs, which
 * counts as an obstacle itself. So more is looked at than will run, and never less.
 */
export async function readReachedCode(
  client: Dialogue,
  statement: CodeWords,
  { acceptsDynamicSql, isOfSession }: ReachedLimits,
): Promise<ReachedCode> {
  const reachable = new Reachable(client);
  let code = statement;
  let obstacle = bodyObstacle("the statement", statement, acceptsDynamicSql);
  const functions = new Set<string>();
  while (obstacle === undefined) {
    const found = await reachable.next(code);
    if (found === undefined) break;
    for (const relation of found.relations) {
      obstacle ??= relationObstacle(relation);
      // Its keywords are those of our asking for the definition: they define nothing.
      const { words } = wordsOfBody(relation.code);
      code = { ...code, words: new Set([...code.words, ...words]) };
    }
    for (const called of found.functions) {
      functions.add(called.id);
      const body = called.source === undefined ? undefined : wordsOfBody(called.source);
      obstacle ??= isOfSession ? sessionObstacle(called) : undefined;
      obstacle ??= functionObstacle(called, body, acceptsDynamicSql);
      if (body !== undefined) code = joinWords(code, body);
    }
    if (functions.size > FUNCTIONS_MAX)
      obstacle ??= { code: "dynamic-sql", reason: `it can come to run more than ${FUNCTIONS_MAX} functions` };
  }
  return { notifies: code.notifies, obstacle };
}

function bodyObstacle(name: string, code: CodeWords, acceptsDynamicSql: boolean): Obstacle | undefined {
  if (code.outside !== undefined) return outside(`${name} cannot be undone: ${code.outside}`);
  if (code.dynamic === undefined || acceptsDynamicSql) return undefined;
  return { code: "dynamic-sql", reason: `nobody can say beforehand what ${name} does: ${code.dynamic}` };
}

function relationObstacle({ isForeign, name }: ReachableRelation): Obstacle | undefined {
  if (!isForeign) return undefined;
  return outside(
    `the foreign table ${name} may be reached, and what happens there is neither counted nor ours to undo`,
  );
}

const SESSION_LOCK = /^pg_(try_)?advisory_lock(_shared)?$/;

function sessionObstacle({ name, schema }: ReachableFunction): Obstacle | undefined {
  if (schema !== "pg_catalog" || !SESSION_LOCK.test(name)) return undefined;
  return outside(
    `the function ${name} takes a lock that lasts as long as the session, which is not ours to end`,
  );
}

/** Extensions whose functions compute, make up values, or read, and nothing else. */
const harmlessExtensions =
  /^(uuid-ossp|pgcrypto|pg_trgm|hstore|citext|ltree|intarray|btree_gist|btree_gin|unaccent|fuzzystrmatch|earthdistance|cube|isn|seg|tablefunc|postgis|vector|bloom|dict_int|dict_xsyn|lo|tcn|moddatetime|autoinc|insert_username)$/;

function functionObstacle(
  called: ReachableFunction,
  body: CodeWords | undefined,
  acceptsDynamicSql: boolean,
): Obstacle | undefined {
  const { extension, isTrusted, isVolatile, language, name, schema } = called;
  const full = `${schema}.${name}`;
  const isBuiltIn = schema === "pg_catalog";
  const reach = functionReach(isBuiltIn ? schema : undefined, name);
  if (isBuiltIn || isAdminFunction(name)) {
    const known = builtInObstacle(name, reach);
    if (known !== undefined) return known;
    if (reach === "unknown" && isVolatile)
      return outside(`nobody here knows how far the built-in function ${name} reaches`);
  }
  if (reach === "text" && !acceptsDynamicSql && !isRead(called))
    return { code: "dynamic-sql", reason: `${full} runs SQL that it is given as a text` };
  if (isBuiltIn || (extension !== undefined && harmlessExtensions.test(extension))) return undefined;
  if (body !== undefined) return bodyObstacle(`the function ${full}`, body, acceptsDynamicSql);
  if (language === "c" || language === "internal")
    return isVolatile ? outside(`the function ${full} is machine code that may do anything`) : undefined;
  if (!isTrusted) return outside(`the function ${full} is written in ${language}, which may do anything`);
  if (acceptsDynamicSql) return undefined;
  return {
    code: "dynamic-sql",
    reason: `the function ${full} is written in ${language}, which is not read here`,
  };
}

/** Of those that the statement itself calls, the text was read already: what of it is not plain is refused before. */
function isRead({ isNamedByStatement }: ReachableFunction): boolean {
  return isNamedByStatement;
}
