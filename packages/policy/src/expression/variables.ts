import type { Action, Operation } from "@custody/domain";
import { FACETS, type Facet } from "../facets.ts";
import { isCall } from "../rules/calls.ts";
import { type Facts, mostRows, totalRows } from "./facts.ts";

/** What an expression is asked about: one operation of an action, and what has been counted. */
export interface Question {
  readonly operation: Operation;
  readonly action: Action;
  readonly facts: Facts;
}

/**
 * What an answer depends on, besides the operation itself. `text` and `history` are other ones at each statement, `rows` are
 * known only when it has run.
 */
export type Source = "operation" | Facet | "text" | "history" | "rows";

interface Variable {
  /** As CEL names types. */
  readonly type: "bool" | "int" | "string" | "list<string>";
  readonly source: Source;
  readonly read: (question: Question) => boolean | bigint | string | readonly string[];
}

/** Looking through longer ones would hold up every other connection, however the expression is made. */
const TEXT_CHARACTERS_MAX = 65_536;

/** All that an expression can name; docs/policy.md has the same list. */
export const VARIABLES: Readonly<Record<string, Variable>> = {
  ...Object.fromEntries(Object.entries(FACETS).map(([facet, read]) => [facet, facetVariable(facet, read)])),
  cost: { type: "int", source: "history", read: ({ facts }) => BigInt(facts.costMicros) },
  functions: {
    type: "list<string>",
    source: "operation",
    read: ({ operation }) => (isCall(operation) ? names(operation) : []),
  },
  kind: { type: "string", source: "operation", read: ({ operation }) => operation.kind },
  objects: {
    type: "list<string>",
    source: "operation",
    read: ({ operation }) => (isCall(operation) ? [] : names(operation)),
  },
  rows: { type: "int", source: "rows", read: ({ facts }) => BigInt(totalRows(facts.byTable ?? [])) },
  tableRows: { type: "int", source: "rows", read: ({ facts }) => BigInt(mostRows(facts.byTable ?? [])) },
  text: { type: "string", source: "text", read: ({ action }) => textOf(action) },
  tier: { type: "string", source: "operation", read: ({ operation }) => operation.tier },
  tokens: { type: "int", source: "history", read: ({ facts }) => BigInt(facts.tokens) },
  unbounded: { type: "bool", source: "operation", read: ({ operation }) => operation.unbounded === true },
  verb: { type: "string", source: "operation", read: ({ operation }) => operation.verb },
  via: { type: "string", source: "operation", read: ({ operation }) => operation.via ?? "statement" },
};

function facetVariable(facet: string, read: (action: Action) => string): Variable {
  return { type: "string", source: facet as Facet, read: ({ action }) => read(action) };
}

function names({ objects }: Operation): string[] {
  return objects.map(({ name, schema }) => (schema === undefined ? name : `${schema}.${name}`));
}

function textOf({ statement }: Action): string {
  const text = statement?.text ?? "";
  if (text.length <= TEXT_CHARACTERS_MAX) return text;
  throw new Error(
    `the statement has more than ${TEXT_CHARACTERS_MAX} characters, so its text is not looked at`,
  );
}
