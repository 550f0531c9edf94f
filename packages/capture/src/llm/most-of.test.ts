import { expect, test } from "vitest";
import { mostOf } from "./most-of.ts";
import type { ProviderKind } from "./provider.ts";
import { providers } from "./providers.ts";
import { ReadingRoom } from "./reading/reading-room.ts";

function most(kind: ProviderKind, path: string, body: object): number {
  const room = new ReadingRoom(() => ({ addKnown: () => {}, redact: (text) => text }));
  const dialect = providers[kind].endpointOf("POST", path).dialect?.name ?? "messages";
  const reading = room.open({ dialect, known: [], model: "m", session: "s" });
  return mostOf(reading.request(Buffer.from(JSON.stringify(body)), ""), 0).outputTokens;
}

test("several answers at once take several times as much, also where the client sets no limit", () => {
  const chat = (body: object) => most("openai", "/v1/chat/completions", body);
  expect(chat({ n: 4 })).toBe(4 * chat({}));
  expect(chat({ max_tokens: 10, n: 4 })).toBe(40);
  const gemini = (generationConfig: object) =>
    most("gemini", "/v1beta/models/m:generateContent", { generationConfig });
  expect(gemini({ candidateCount: 4 })).toBe(4 * gemini({}));
  expect(gemini({ candidateCount: 4, maxOutputTokens: 10 })).toBe(40);
});
