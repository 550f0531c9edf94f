import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";

/** What a command does; resolves to the exit code. `args` are the positional arguments. */
export type Run<Options> = (
  context: CommandContext,
  options: Options,
  args: readonly string[],
) => Promise<number>;

/** Adds one command, with `--json`, `--help` and examples (without the word `custody`). */
export type Define = <Options>(
  parent: Command,
  usage: string,
  about: string,
  examples: readonly string[],
  run: Run<Options>,
) => Command;

/** A command is loaded when it is asked for: all of them together take most of a second. */
export function later<Options>(load: () => Promise<Run<Options>>): Run<Options> {
  return async (...asked) => (await load())(...asked);
}
