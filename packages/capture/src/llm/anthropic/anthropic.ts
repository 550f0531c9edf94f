import { endpointIn, type KnownEndpoint } from "../endpoint-table.ts";
import { headerOf } from "../headers.ts";
import { chatCompletions } from "../openai/chat-completions.ts";
import type { Provider } from "../provider.ts";
import { messages } from "./messages.ts";

/** What works on at the provider's, where no answer of this connection would tell of it. */
const OUTSIDE: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/messages\/batches(\/|$)/, "batches"],
  [/^\/v1\/files(\/|$)/, "files"],
  [/^\/v1\/skills(\/|$)/, "skills"],
  [/^\/v1\/(agents|sessions|environments|vaults|memory_stores)(\/|$)/, "managed-agents"],
  [/^\/v1\/organizations(\/|$)/, "administration"],
];

const KNOWN: readonly KnownEndpoint[] = [
  { endpoint: { dialect: messages, verb: "messages" }, method: "POST", path: /^\/v1\/messages$/ },
  // https://platform.claude.com/docs/en/api/openai-sdk
  {
    endpoint: { dialect: chatCompletions, verb: "chat.completions" },
    method: "POST",
    path: /^\/v1\/chat\/completions$/,
  },
  { endpoint: { verb: "count_tokens" }, method: "POST", path: /^\/v1\/messages\/count_tokens$/ },
  { endpoint: { verb: "models" }, method: "GET", path: /^\/v1\/models(\/[^/]+)?$/ },
];

/** The Messages API, https://platform.claude.com/docs/en/api */
export const anthropic: Provider = {
  agentOf: (headers) => headerOf(headers, "x-claude-code-agent-id"),
  endpointOf: (method, path) => endpointIn({ known: KNOWN, outside: OUTSIDE }, method, path),
  error: (status, message, id) => ({
    body: JSON.stringify({
      error: { message, type: ERROR_TYPES[status] ?? "api_error" },
      request_id: id,
      type: "error",
    }),
    status,
  }),
  keyHeader: (key) => ["x-api-key", key],
  kind: "anthropic",
};

/** https://platform.claude.com/docs/en/api/errors */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  404: "not_found_error",
  413: "request_too_large",
  503: "overloaded_error",
};
