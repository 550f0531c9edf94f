import type { Block } from "./block.ts";

/** A call whose end never came: no client runs it, so it is kept as what it says, and is no call. */
export function brokenOff(block: Block): Block {
  if (block.kind !== "tool-call") return block;
  const { tool: _, ...rest } = block;
  return { ...rest, kind: "other" };
}
