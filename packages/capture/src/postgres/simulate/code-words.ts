import type { Node } from "libpg-query";
import { CaptureError } from "../../error.ts";
import { textRunners } from "../classify/function-lists.ts";
import { parse, scan } from "../classify/parser.ts";
import { isObject } from "../classify/tree.ts";

/** What a text of code mentions, as far as that decides whether it may be simulated. */
export interface CodeWords {
  /** Every name and word in it, so that whatever it can call by its name is among them. */
  readonly words: ReadonlySet<string>;
  /** Why it cannot be read: it builds its SQL, or makes code, while it runs. */
  readonly dynamic: string | undefined;
  /** Why it may not be run. */
  readonly outside: string | undefined;
  /** It defines or drops something, so that event triggers run. */
  readonly defines: boolean;
  readonly notifies: boolean;
}

const defining = ["create", "alter", "drop", "grant", "revoke", "comment", "refresh", "reassign", "security"];

/**
 * The words of statements as a client sends them. Names come from the parse tree, in which no spelling can hide them;
 * of the literals, only those that are code: the bodies of DO and of functions that are defined here.
 */
export function wordsOfStatements(sql: string): CodeWords {
  const words = new Set<string>();
  const bodies: string[] = [];
  for (const { stmt } of parse(sql)) collect(stmt, words, bodies);
  for (const { text, tokenName } of scan(sql)) if (isWord(tokenName, text)) words.add(text.toLowerCase());
  const own: CodeWords = {
    defines: defining.some((word) => words.has(word)),
    dynamic: undefined,
    notifies: words.has("notify") || words.has("pg_notify"),
    outside: undefined,
    words,
  };
  return bodies.map(wordsOfBody).reduce(joinWords, own);
}

/** The words of a function's body in SQL or PL/pgSQL, which have the same words and literals. */
export function wordsOfBody(body: string): CodeWords {
  const words = new Set<string>();
  const parts: string[] = [];
  try {
    for (const { text, tokenName } of scan(body)) {
      if (tokenName.endsWith("COMMENT")) continue;
      const isLiteral = tokenName === "SCONST" || /^U&'/i.test(text);
      if (/^U&"/i.test(text)) return unreadable("it writes names in escapes", words);
      if (!isLiteral) words.add(unquoted(text));
      parts.push(isLiteral ? "'" : unquoted(text));
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return unreadable("its text cannot be read", words);
  }
  const text = ` ${parts.join(" ")} `;
  return {
    defines: defining.some((word) => words.has(word)) || (words.has("select") && words.has("into")),
    dynamic: dynamicPart(text, words),
    notifies: words.has("notify") || words.has("pg_notify"),
    outside: outsidePart(text),
    words,
  };
}

/** Where a statement begins in SQL and in PL/pgSQL. */
const begins = "(^|;|begin|then|else|loop|>>) ";

function outsidePart(text: string): string | undefined {
  if (new RegExp(`${begins}copy `).test(text))
    return "it copies to or from a file or a program of the server's machine";
  return new RegExp(`${begins}load '`).test(text) ? "it loads a library into the server" : undefined;
}

function dynamicPart(text: string, words: ReadonlySet<string>): string | undefined {
  if (words.has("execute")) return "it builds SQL while it runs (EXECUTE)";
  const runner = [...words].find((word) => textRunners.has(word));
  if (runner !== undefined) return `it runs SQL that it is given as a text (${runner})`;
  const makesCode =
    / create (or replace )?(constraint )?(function|procedure|trigger|aggregate|operator|rule) /.test(text);
  return makesCode ? "it defines code while it runs" : undefined;
}

export function joinWords(one: CodeWords, other: CodeWords): CodeWords {
  return {
    defines: one.defines || other.defines,
    dynamic: one.dynamic ?? other.dynamic,
    notifies: one.notifies || other.notifies,
    outside: one.outside ?? other.outside,
    words: new Set([...one.words, ...other.words]),
  };
}

function unreadable(dynamic: string, words: ReadonlySet<string>): CodeWords {
  return { defines: true, dynamic, notifies: false, outside: undefined, words };
}

/** A keyword, or a name that stands unquoted. */
function isWord(tokenName: string, text: string): boolean {
  return (
    !tokenName.endsWith("COMMENT") && tokenName !== "SCONST" && /^[a-z_]/i.test(text) && !/^U&/i.test(text)
  );
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
}

/** Every string of the tree that is a name; and apart, the bodies of code. Literals are data, and are left out. */
function collect(value: unknown, words: Set<string>, bodies: string[]): void {
  if (typeof value === "string") words.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, words, bodies);
  else if (isObject(value)) {
    for (const key in value) {
      if (key === "A_Const") continue;
      // SELECT … INTO makes a table, without any word that says so.
      if (key === "intoClause") words.add("create");
      if (key === "DefElem" && isBody(value[key])) bodies.push(...stringsIn(value[key] as unknown as Node));
      else collect(value[key], words, bodies);
    }
  }
}

function isBody(element: unknown): boolean {
  return isObject(element) && element["defname"] === "as";
}

function stringsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "sval" && typeof inner === "string" ? [inner] : stringsIn(inner),
  );
}
