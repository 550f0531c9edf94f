import { expect, test } from "vitest";
import type { Endpoint, ProviderKind } from "./provider.ts";
import { providers } from "./providers.ts";

const read = (provider: ProviderKind, method: string, path: string): readonly unknown[] => {
  const endpoint: Endpoint = providers[provider].endpointOf(method, path);
  return [endpoint.verb, endpoint.dialect?.name, endpoint.outside];
};

const conversations: readonly (readonly [ProviderKind, string, string, string])[] = [
  ["anthropic", "/v1/messages", "messages", "messages"],
  ["anthropic", "/v1/messages/", "messages", "messages"],
  ["anthropic", "/v1/chat/completions", "chat.completions", "chat.completions"],
  ["openai", "/v1/responses", "responses", "responses"],
  ["openai", "/v1/responses/", "responses", "responses"],
  ["openai", "/v1/chat/completions", "chat.completions", "chat.completions"],
  ["gemini", "/v1beta/models/m:generateContent", "generateContent", "generateContent"],
  ["gemini", "/v1/models/m:streamGenerateContent", "generateContent", "generateContent"],
  ["gemini", "/v1beta/openai/chat/completions", "chat.completions", "chat.completions"],
];

test.each(conversations)("%s POST %s is read as %s", (provider, path, verb, dialect) => {
  expect(read(provider, "POST", path)).toEqual([verb, dialect, undefined]);
});

const harmless: readonly (readonly [ProviderKind, string, string, string])[] = [
  ["anthropic", "GET", "/v1/models", "models"],
  ["anthropic", "HEAD", "/v1/models", "models"],
  ["anthropic", "GET", "/v1/models/claude-x", "models"],
  ["anthropic", "POST", "/v1/messages/count_tokens", "count_tokens"],
  ["openai", "GET", "/v1/models", "models"],
  ["openai", "GET", "/v1/models/gpt-x/", "models"],
  ["openai", "POST", "/v1/analytics/codex/turn-costs", "side-call"],
  ["gemini", "GET", "/v1beta/models", "models"],
  ["gemini", "HEAD", "/v1beta/models/m", "models"],
  ["gemini", "GET", "/v1beta/openai/models", "models"],
  ["gemini", "POST", "/v1beta/models/m:countTokens", "countTokens"],
];

test.each(harmless)("%s %s %s passes as %s", (provider, method, path, verb) => {
  expect(read(provider, method, path)).toEqual([verb, undefined, undefined]);
});

const other: readonly (readonly [ProviderKind, string, string])[] = [
  ["anthropic", "POST", "/v1/complete"],
  ["anthropic", "GET", "/v1/messages"],
  ["anthropic", "DELETE", "/v1/models/claude-x"],
  ["anthropic", "POST", "/v1/models"],
  ["anthropic", "POST", "/api/event_logging/batch"],
  ["openai", "POST", "/v1/completions"],
  ["openai", "POST", "/v1/images/generations"],
  ["openai", "POST", "/v1/audio/speech"],
  ["openai", "POST", "/v1/moderations"],
  ["openai", "POST", "/v1/responses/compact"],
  ["openai", "GET", "/v1/responses/resp_1"],
  ["openai", "DELETE", "/v1/responses/resp_1"],
  ["openai", "POST", "/v1/responses/resp_1/cancel"],
  ["openai", "GET", "/v1/responses/resp_1/input_items"],
  ["openai", "GET", "/v1/chat/completions"],
  ["openai", "GET", "/v1/chat/completions/chatcmpl-1/messages"],
  ["openai", "DELETE", "/v1/models/ft:gpt-x"],
  ["openai", "GET", "/v1/responses"],
  ["gemini", "POST", "/v1beta/dynamic/d:generateContent"],
  ["gemini", "POST", "/v1beta/tunedModels/t:generateContent"],
  ["gemini", "POST", "/v1beta/models/m:predict"],
  ["gemini", "POST", "/v1beta/models/m:generateText"],
  ["gemini", "GET", "/v1beta/models/m:generateContent"],
  ["gemini", "PATCH", "/v1beta/models/m"],
  ["gemini", "POST", "/v1beta/openai/images/generations"],
];

test.each(other)("%s %s %s is nothing that is known", (provider, method, path) => {
  expect(read(provider, method, path)).toEqual(["side-call", undefined, "other"]);
});

const named: readonly (readonly [ProviderKind, string, string])[] = [
  ["anthropic", "/v1/messages/batches", "batches"],
  ["anthropic", "/v1/skills", "skills"],
  ["openai", "/v1/embeddings", "embeddings"],
  ["openai", "/v1/skills", "skills"],
  ["openai", "/v1/batches/", "batches"],
  ["gemini", "/v1beta/openai/embeddings", "embeddings"],
  ["gemini", "/v1beta/models/m:embedContent", "embeddings"],
  ["gemini", "/v1beta/models/m:batchEmbedContents", "embeddings"],
  ["gemini", "/v1beta/models/m:batchGenerateContent", "batches"],
  ["gemini", "/v1beta/cachedContents", "stores"],
];

test.each(named)("%s POST %s is outside by its own name, %s", (provider, path, outside) => {
  const endpoint = providers[provider].endpointOf("POST", path);
  expect(endpoint.outside).toBe(outside);
  expect(endpoint.dialect).toBeUndefined();
});
