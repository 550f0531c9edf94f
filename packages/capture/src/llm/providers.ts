import { anthropic } from "./anthropic/anthropic.ts";
import { messages } from "./anthropic/messages.ts";
import { gemini } from "./gemini/gemini.ts";
import { generateContent } from "./gemini/generate-content.ts";
import { chatCompletions } from "./openai/chat-completions.ts";
import { openai } from "./openai/openai.ts";
import { responses } from "./openai/responses.ts";
import type { Dialect, Provider, ProviderKind } from "./provider.ts";

export const providers: Readonly<Record<ProviderKind, Provider>> = { anthropic, gemini, openai };

const dialects: Readonly<Record<Dialect["name"], Dialect>> = {
  "chat.completions": chatCompletions,
  generateContent,
  messages,
  responses,
};

export function dialectOf(name: Dialect["name"]): Dialect {
  return dialects[name];
}
