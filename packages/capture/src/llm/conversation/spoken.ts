import type { Block } from "./block.ts";
import type { NewBlock } from "./memory.ts";

/**
 * How agent programs begin what they add to a person's words: reminders, the surroundings, files with instructions. They
 * send it as the user's, since the APIs have no other place for it.
 */
const ADDED_BY_PROGRAM =
  /^\s*(<(system-reminder|environment_context|user_instructions|permissions|session_context|task-notification|command-message|local-command-stdout|INSTRUCTIONS)\b|# AGENTS\.md instructions\b)/;

/**
 * What a person has said with this request: the newest words of the user's that no program has put there. Undefined when
 * there is nothing new: a request that goes on after a tool's answer, or one that is tried again.
 *
 * Programs put what they add before a person's words, so of several texts the last one counts; words that look like an
 * addition are not taken for a person's. All of it stands in the stored request all the same.
 */
export function spokenBlock(blocks: readonly Block[], added: readonly NewBlock[]): Block | undefined {
  const isNew = new Set(added.map(({ block }) => block));
  for (let at = blocks.length - 1; at >= 0; at -= 1) {
    const block = blocks[at] as Block;
    if (block.role === "assistant") return undefined;
    if (block.role === "user" && block.kind === "text" && !ADDED_BY_PROGRAM.test(block.text))
      return isNew.has(block) && block.text.trim() !== "" ? block : undefined;
  }
  return undefined;
}
