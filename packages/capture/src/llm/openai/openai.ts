import { endpointIn, type KnownEndpoint } from "../endpoint-table.ts";
import { headerOf } from "../headers.ts";
import type { Provider } from "../provider.ts";
import { chatCompletions } from "./chat-completions.ts";
import { responses } from "./responses.ts";

/** What works on at the provider's, where no answer of this connection would tell of it. */
const OUTSIDE: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/batches(\/|$)/, "batches"],
  [/^\/v1\/(files|uploads)(\/|$)/, "files"],
  [/^\/v1\/(assistants|threads)(\/|$)/, "assistants"],
  [/^\/v1\/fine_tuning(\/|$)/, "fine-tuning"],
  [/^\/v1\/(vector_stores|containers)(\/|$)/, "stores"],
  [/^\/v1\/(conversations|evals|videos|chatkit)(\/|$)/, "managed-agents"],
  [/^\/v1\/skills(\/|$)/, "skills"],
  [/^\/v1\/embeddings(\/|$)/, "embeddings"],
  [/^\/v1\/realtime(\/|$)/, "realtime"],
  [/^\/v1\/organization(\/|$)/, "administration"],
];

const KNOWN: readonly KnownEndpoint[] = [
  { endpoint: { dialect: responses, verb: "responses" }, method: "POST", path: /^\/v1\/responses$/ },
  {
    endpoint: { dialect: chatCompletions, verb: "chat.completions" },
    method: "POST",
    path: /^\/v1\/chat\/completions$/,
  },
  { endpoint: { verb: "models" }, method: "GET", path: /^\/v1\/models(\/[^/]+)?$/ },
  // Codex asks it before its first request, and does without an answer.
  { endpoint: { verb: "side-call" }, method: "POST", path: /^\/v1\/analytics\/codex\/turn-costs$/ },
];

/** https://platform.openai.com/docs/api-reference */
export const openai: Provider = {
  /** Codex gives each agent a thread; that of the first one has the session's own name. */
  agentOf(headers) {
    const [session, thread] = [headerOf(headers, "session-id"), headerOf(headers, "thread-id")];
    return session === undefined || session === thread ? undefined : thread;
  },
  endpointOf: (method, path) => endpointIn({ known: KNOWN, outside: OUTSIDE }, method, path),
  error: (status, message, id) => ({
    body: JSON.stringify({
      error: { code: `custody:${id}`, message, param: null, type: ERROR_TYPES[status] ?? "server_error" },
    }),
    status,
  }),
  keyHeader: (key) => ["authorization", `Bearer ${key}`],
  kind: "openai",
};

/** https://platform.openai.com/docs/guides/error-codes */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  404: "invalid_request_error",
  413: "invalid_request_error",
};
