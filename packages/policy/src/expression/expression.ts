import { Environment } from "@marcbachmann/cel-js";
import { durationMs } from "../text/duration.ts";
import { boundedUses, type Tree, type Uses } from "./bounds.ts";
import { type Question, type Source, VARIABLES } from "./variables.ts";

/** A condition written in CEL, ready to be asked. */
export interface Expression {
  /** What its answer depends on. */
  readonly sources: ReadonlySet<Source>;
  readonly text: string;
  /** @throws whatever went wrong: an overflow, a division by zero, a list that is too short, a text that is too long */
  holds(question: Question): boolean;
}

const language = new Environment({
  limits: { maxAstNodes: 300, maxCallArguments: 4, maxDepth: 50, maxListElements: 200, maxMapEntries: 0 },
});
for (const [name, { type }] of Object.entries(VARIABLES)) language.registerVariable(name, type);

/** An expression is evaluated at once and without waiting, so there is never more than one that asks. */
let asked: Question | undefined;

const isSync = { async: false };
language.registerFunction("rowsWithin(string): int", within("rowsWithin"), isSync);
language.registerFunction("statementsWithin(string): int", within("statementsWithin"), isSync);

function within(what: "rowsWithin" | "statementsWithin") {
  return (time: string): bigint => BigInt(asked?.facts[what](durationMs(time) ?? 0) ?? 0);
}

/** The question in the form that the library reads variables from: as properties, each read when it is needed. */
class Scope {
  readonly question: Question;

  constructor(question: Question) {
    this.question = question;
  }
}
for (const [name, { read }] of Object.entries(VARIABLES)) {
  Object.defineProperty(Scope.prototype, name, {
    get(this: Scope) {
      return read(this.question);
    },
  });
}

/** Compiles a condition, and checks its types and its bounds. `refuse` is given what is wrong with it. */
export function compileExpression(text: string, refuse: (message: string) => never): Expression {
  const evaluate = parse(text, refuse);
  const uses = boundedUses(evaluate.ast as unknown as Tree, refuse);
  const { error, type, valid } = evaluate.check();
  if (!valid) refuse(wordsOf(error));
  if (type !== "bool") refuse(`it has the type ${type}, and has to be bool: true or false`);
  return {
    sources: sourcesOf(uses),
    text,
    holds(question) {
      asked = question;
      const answer: unknown = evaluate(new Scope(question));
      asked = undefined;
      return answer === true;
    },
  };
}

function parse(text: string, refuse: (message: string) => never): ReturnType<typeof language.parse> {
  try {
    return language.parse(text);
  } catch (error) {
    return refuse(wordsOf(error));
  }
}

function sourcesOf({ names, windows }: Uses): Set<Source> {
  const sources = new Set<Source>();
  // What is no variable is a loop's own.
  for (const name of names) {
    const variable = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
    if (variable !== undefined) sources.add(variable.source);
  }
  if (windows.size > 0) sources.add("history");
  if (windows.has("rowsWithin")) sources.add("rows");
  return sources;
}

/** The library's first line, without the piece of the expression that it draws below. */
function wordsOf(error: unknown): string {
  const { message, range } = error as { message: string; range?: { start: number } };
  const [what = message] = message.split("\n");
  return range === undefined ? what : `${what} (at character ${range.start + 1})`;
}
