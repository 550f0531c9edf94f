import type { Command } from "commander";
import type { SimulateOptions } from "../commands/simulate.ts";
import type { Define } from "./define.ts";

/** What tells beforehand what would happen. */
export function defineSimulating(program: Command, define: Define): void {
  define<SimulateOptions>(
    program,
    "simulate <target> <statement>",
    "what a statement would do to each table: it is run, measured and rolled back",
    [
      "simulate shop 'DELETE FROM customers WHERE id = 7'",
      "simulate shop 'DELETE FROM orders WHERE placed < $1' --param 2026-01-01 --json",
    ],
    async (context, options, [target, statement]) =>
      (await import("../commands/simulate.ts")).simulate(
        context,
        target as string,
        statement as string,
        options,
      ),
  )
    .option("--param <value>", "the value of $1, as text; again for $2, and so on", collect)
    .option("--timeout <time>", "how long it may run, and then be measured: 5s, 2m; default: 10s")
    .option("--rows <n>", "how many rows of each table are shown; default: 20")
    .option(
      "--dynamic-sql",
      "run code that builds its SQL while it runs; what it does outside cannot be known",
    );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
