import type { Role } from "../conversation/block.ts";
import { listOf, objectOf, textOf } from "../json-value.ts";

/** The texts of a message's content, which is a text or a list of parts, one line each. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  const texts = listOf(content).map((part) => {
    const { refusal, text } = objectOf(part);
    return textOf(text) ?? textOf(refusal) ?? "";
  });
  return texts.filter((text) => text !== "").join("\n");
}

export function roleOf(role: unknown): Role {
  return role === "assistant" || role === "system" || role === "developer" || role === "tool" ? role : "user";
}
