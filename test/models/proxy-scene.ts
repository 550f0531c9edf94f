import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Action, Decision, RecordDraft } from "@custody/domain";
import { afterEach } from "vitest";
import type { BudgetVerdict } from "../../packages/capture/src/llm/context.ts";
import type { ProviderKind } from "../../packages/capture/src/llm/provider.ts";
import { providers } from "../../packages/capture/src/llm/providers.ts";
import { LlmProxy, type LlmProxyOptions } from "../../packages/capture/src/llm/proxy.ts";
import { ReadingRoom } from "../../packages/capture/src/llm/reading/reading-room.ts";
import { roomReader } from "../../packages/capture/src/llm/reading/room-reader.ts";
import { ToolWatch } from "../../packages/capture/src/tool-watch.ts";
import { ModelServer, type ModelServerOptions } from "./model-server.ts";
import { scripted } from "./script.ts";

export const TOKEN = "token_token_token_token_token";
export const session = {
  actor: {
    agent: { instance: "s", name: "claude" },
    human: { assurance: "token" as const, id: "h", name: "Ada" },
  },
  id: "session-1",
  project: "default",
};

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A proxy in front of a scripted model, with what it has recorded and stored. */
export interface Scene {
  readonly records: RecordDraft[];
  readonly bodies: { readonly role: string; readonly text: string }[];
  readonly tools: ToolWatch;
  readonly upstream: ModelServer;
  readonly url: string;
  readonly proxy: LlmProxy;
  /** From now on nothing can be recorded. */
  fail(): void;
}

export async function scene(
  server: ModelServerOptions,
  more: Partial<LlmProxyOptions> & { decide?: (action: Action) => Decision; key?: string } = {},
): Promise<Scene> {
  const upstream = await ModelServer.start(server);
  ends.push(() => upstream.stop());
  const records: RecordDraft[] = [];
  const bodies: Scene["bodies"] = [];
  const tools = new ToolWatch();
  let next = 0;
  let failure: Error | undefined;
  const { decide, key, ...options } = more;
  const allow = (): Decision => ({ effect: "allow", policy: "p", reasons: [], rule: "r" });
  const door = (kind: ProviderKind) => ({
    allowed: new Set(["web_search"]),
    environment: "development" as const,
    ...(key === undefined ? undefined : { key }),
    provider: providers[kind],
    upstream: new URL(upstream.url),
  });
  const kinds: readonly ProviderKind[] = ["anthropic", "openai", "gemini"];
  const proxy = new LlmProxy({
    clock: { monotonicUs: () => performance.now() * 1000, nowUs: () => Date.now() * 1000 },
    decider: { decide: decide ?? allow },
    doors: new Map(kinds.map((kind) => [kind, door(kind)])),
    findSession: (token) => (token === TOKEN ? session : undefined),
    knownSecrets: () => ["hunter2hunter2"],
    newId: () => `id-${next++}`,
    priceOf: ({ input }) => ({ costMicros: input * 3, currency: "USD", prices: "test" }),
    reader: roomReader(
      new ReadingRoom(() => {
        const known = new Set<string>();
        return {
          addKnown: (_, value) => void known.add(value),
          redact: (text) => [...known].reduce((left, value) => left.replaceAll(value, "[secret]"), text),
        };
      }),
    ),
    recorder: {
      record: (drafts) => {
        if (failure !== undefined) return Promise.reject(failure);
        records.push(...drafts);
        return undefined;
      },
      settle: async () => {
        if (failure !== undefined) throw failure;
      },
    },
    reserve: (): BudgetVerdict => ({ settle: () => {} }),
    storeBody: async (_, { bytes, mediaType, role }) => {
      bodies.push({ role, text: Buffer.from(bytes).toString("utf8") });
      return { digest: `blob:${bodies.length}`, mediaType, role, size: bytes.length };
    },
    tools,
    ...options,
  });
  const listener: Server = createServer((request, response) => void proxy.serve(request, response));
  listener.on("upgrade", (_, socket) => proxy.refuseUpgrade(socket));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    proxy.close();
    listener.closeAllConnections();
    return new Promise((resolve) => listener.close(resolve));
  });
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const fail = () => {
    failure = new Error("the disk is full");
  };
  return { bodies, fail, proxy, records, tools, upstream, url };
}

export const script = scripted({
  DELETE: [{ calls: [{ input: { command: "psql" }, name: "Bash" }], text: "I delete" }, { text: "done" }],
  FAIL: [{ error: { status: 529, times: 1 }, text: "now" }],
});

export function messages(prompt: string, ...more: object[]) {
  return {
    max_tokens: 100,
    messages: [
      {
        content: [
          { text: "<system-reminder>be nice</system-reminder>", type: "text" },
          { cache_control: { type: "ephemeral" }, text: prompt, type: "text" },
        ],
        role: "user",
      },
      ...more,
    ],
    model: "claude-opus-5-5",
    stream: true,
    system: [{ text: "You are an agent", type: "text" }],
    tools: [{ description: "runs", input_schema: {}, name: "Bash" }],
  };
}

export const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", "x-api-key": "sk-own-key", ...headers },
    method: "POST",
  });

export const anthropicUrl = (url: string) => `${url}/${TOKEN}/anthropic/v1/messages?beta=true`;
export const typesOf = (records: readonly RecordDraft[]) => records.map(({ type }) => type);
