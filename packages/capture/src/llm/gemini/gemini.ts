import { endpointIn, type KnownEndpoint } from "../endpoint-table.ts";
import { chatCompletions } from "../openai/chat-completions.ts";
import type { Provider } from "../provider.ts";
import { generateContent } from "./generate-content.ts";

/** What works on at the provider's, where no answer of this connection would tell of it. */
const OUTSIDE: readonly (readonly [RegExp, string])[] = [
  [/^\/(upload\/)?v1\w*\/files(\/|:|$)/, "files"],
  [/^\/upload\//, "files"],
  [/^\/v1\w*\/(cachedContents|fileSearchStores|corpora)(\/|:|$)/, "stores"],
  [/^\/v1\w*\/(batches|interactions|agents)(\/|:|$)/, "batches"],
  [/^\/v1\w*\/models\/[^/:]+:(asyncBatchEmbedContent|batchGenerateContent|predictLongRunning)$/, "batches"],
  [/^\/v1\w*\/models\/[^/:]+:(embedContent|batchEmbedContents)$/, "embeddings"],
  [/^\/v1\w*\/openai\/embeddings$/, "embeddings"],
  [/^\/v1\w*\/models\/[^/:]+:bidiGenerateContent$/, "realtime"],
];

const KNOWN: readonly KnownEndpoint[] = [
  {
    endpoint: { dialect: generateContent, isStream: false, verb: "generateContent" },
    method: "POST",
    path: /^\/v1\w*\/models\/(?<model>[^/:]+):generateContent$/,
  },
  {
    endpoint: { dialect: generateContent, isStream: true, verb: "generateContent" },
    method: "POST",
    path: /^\/v1\w*\/models\/(?<model>[^/:]+):streamGenerateContent$/,
  },
  // https://ai.google.dev/gemini-api/docs/openai
  {
    endpoint: { dialect: chatCompletions, verb: "chat.completions" },
    method: "POST",
    path: /^\/v1\w*\/openai\/chat\/completions$/,
  },
  {
    endpoint: { verb: "countTokens" },
    method: "POST",
    path: /^\/v1\w*\/models\/(?<model>[^/:]+):countTokens$/,
  },
  { endpoint: { verb: "models" }, method: "GET", path: /^\/v1\w*\/(openai\/)?models(\/[^/:]+)?$/ },
];

/** https://ai.google.dev/api/generate-content */
export const gemini: Provider = {
  agentOf: () => undefined,
  endpointOf: (method, path) => endpointIn({ known: KNOWN, outside: OUTSIDE }, method, path),
  error: (status, message, id) => ({
    body: JSON.stringify({
      error: {
        code: status,
        details: [{ "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: id }],
        message,
        status: STATUSES[status] ?? "INTERNAL",
      },
    }),
    status,
  }),
  keyHeader: (key) => ["x-goog-api-key", key],
  keyParameter: "key",
  kind: "gemini",
};

/** https://ai.google.dev/gemini-api/docs/troubleshooting */
const STATUSES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  404: "NOT_FOUND",
  413: "INVALID_ARGUMENT",
  503: "UNAVAILABLE",
};
