import type { Block } from "./block.ts";

/**
 * How agent programs begin what they add to a person's words: reminders, the surroundings, files with instructions, what a
 * command printed. They send it as the user's, since the APIs have no other place for it.
 */
const ADDED_BY_PROGRAM = new RegExp(
  `^\\s*(<(${[
    "INSTRUCTIONS",
    "bash-input",
    "bash-stderr",
    "bash-stdout",
    "command-message",
    "command-name",
    "environment_context",
    "ide_\\w+",
    "local-command-caveat",
    "local-command-stdout",
    "permissions",
    "session_context",
    "system-reminder",
    "task-notification",
    "turn_aborted",
    "user_instructions",
    "user_shell_command",
  ].join("|")})\\b|# AGENTS\\.md instructions\\b)`,
);

/**
 * Where a person's words stand among the blocks of a request: the last text of the user's that no program has put there,
 * behind the last block of the model's; -1 for none.
 *
 * Programs put what they add before a person's words, so of several texts the last one counts; words that look like an
 * addition are not taken for a person's. All of it stands in the stored request all the same.
 */
export function personsWords(blocks: readonly Block[]): number {
  const last = blocks.findLastIndex(({ kind, role, text }) => {
    if (role === "assistant") return true;
    return role === "user" && kind === "text" && text.trim() !== "" && !ADDED_BY_PROGRAM.test(text);
  });
  return blocks[last]?.role === "user" ? last : -1;
}
