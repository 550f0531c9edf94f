import { durationMs } from "../text/duration.ts";

/** A node of the library's syntax tree. `args` of a call are its name and arguments, with the receiver between, if any. */
export interface Tree {
  readonly op: string;
  readonly args: unknown;
}

/** Each of them takes time that grows with its input at most, and makes nothing that is larger. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  "size",
  "startsWith",
  "endsWith",
  "contains",
  "lowerAscii",
  "upperAscii",
]);
/** They ask their second argument for each element of a list. */
const LOOPS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "filter"]);
/** They take a time, written out, so that it is known beforehand how far back anybody asks. */
const WINDOWS: ReadonlySet<string> = new Set(["rowsWithin", "statementsWithin"]);
const OPERATORS: ReadonlySet<string> = new Set(
  "id value list call rcall && || !_ -_ == != < <= > >= in ?: + - * / % []".split(" "),
);
/** What an agent can make long. Within a loop they would make its time grow with the square of that. */
const LONG: ReadonlySet<string> = new Set(["text", "objects", "functions"]);

/** Counts are kept this long. */
export const WINDOW_MS_MAX = 3_600_000;

/** What an expression uses of its surroundings. */
export interface Uses {
  readonly names: ReadonlySet<string>;
  readonly windows: ReadonlySet<string>;
}

/**
 * Refuses what could take long: whatever is not in the lists above, and loops within loops. So the time is bounded by the
 * length of the expression times that of one statement. `refuse` is given what is wrong.
 */
export function boundedUses(tree: Tree, refuse: (message: string) => never): Uses {
  const names = new Set<string>();
  const windows = new Set<string>();
  const visit = (node: unknown, isInLoop: boolean): void => {
    if (Array.isArray(node)) for (const each of node) visit(each, isInLoop);
    if (!isTree(node)) return;
    const { op, args } = node;
    if (!OPERATORS.has(op)) refuse(`${wordOf(op)} is not part of a policy's expressions`);
    if (op === "id") {
      if (isInLoop && LONG.has(String(args)))
        refuse(`"${args}" cannot stand within a loop (exists, all, filter)`);
      names.add(String(args));
    } else if (op === "call" || op === "rcall") visitCall(args as readonly unknown[], isInLoop);
    else if (op !== "value") visit(args, isInLoop);
  };
  const visitCall = ([name, ...rest]: readonly unknown[], isInLoop: boolean): void => {
    const called = String(name);
    if (WINDOWS.has(called)) {
      windows.add(called);
      checkWindow(called, rest, refuse);
    } else if (LOOPS.has(called)) {
      if (isInLoop) refuse(`"${called}" cannot stand within another loop (exists, all, filter)`);
      visit(rest[0], false);
      visit(rest.slice(1), true);
    } else if (FUNCTIONS.has(called)) visit(rest, isInLoop);
    else refuse(`there is no function "${called}" in a policy's expressions`);
  };
  visit(tree, false);
  return { names, windows };
}

function checkWindow(name: string, rest: readonly unknown[], refuse: (message: string) => never): void {
  const [first] = rest.flat();
  const written = isTree(first) && first.op === "value" ? first.args : undefined;
  const ms = typeof written === "string" ? durationMs(written) : undefined;
  if (ms === undefined || ms > WINDOW_MS_MAX) refuse(`${name} takes a time from "1s" to "1h", such as "10m"`);
}

function isTree(node: unknown): node is Tree {
  return typeof node === "object" && node !== null && "op" in node && "args" in node;
}

function wordOf(op: string): string {
  return op === "." || op === ".?" ? "a field of a value" : `"${op}"`;
}
