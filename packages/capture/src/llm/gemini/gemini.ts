import type { Endpoint, Provider } from "../provider.ts";
import { generateContent } from "./generate-content.ts";

/** What works on at the provider's, where no answer of this connection would tell of it. */
const OUTSIDE_METHODS: Readonly<Record<string, string>> = {
  asyncBatchEmbedContent: "batches",
  batchGenerateContent: "batches",
  bidiGenerateContent: "realtime",
  predictLongRunning: "batches",
};

const OUTSIDE: readonly (readonly [RegExp, string])[] = [
  [/^\/(upload\/)?v1\w*\/files(\/|:|$)/, "files"],
  [/^\/upload\//, "files"],
  [/^\/v1\w*\/(cachedContents|fileSearchStores|corpora)(\/|:|$)/, "stores"],
  [/^\/v1\w*\/(batches|tunedModels|interactions|agents)(\/|:|$)/, "batches"],
];

/** https://ai.google.dev/api/generate-content */
export const gemini: Provider = {
  agentOf: () => undefined,
  endpointOf(method, path): Endpoint {
    for (const [pattern, outside] of OUTSIDE) if (pattern.test(path)) return { outside, verb: outside };
    const [, model = "", verb = ""] = /^\/v1\w*\/models\/([^/:]+):(\w+)$/.exec(path) ?? [];
    const outside = OUTSIDE_METHODS[verb];
    if (outside !== undefined) return { model, outside, verb };
    if (method === "POST" && /^(stream)?[gG]enerateContent$/.test(verb))
      return {
        dialect: generateContent,
        isStream: verb === "streamGenerateContent",
        model,
        verb: "generateContent",
      };
    if (verb !== "") return { model, verb };
    return { verb: /^\/v1\w*\/models(\/|$)/.test(path) ? "models" : "side-call" };
  },
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
