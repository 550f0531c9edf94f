import type { Environment } from "@custody/domain";
import { isLoopbackHost } from "@custody/gateway/upstream-url";
import type { OwnPrice } from "@custody/prices";
import { z } from "zod";
import { type Address, parseAddress } from "./address.ts";
import { ownPricesSchema } from "./prices-schema.ts";
import { type SecretConfig, secretSchema } from "./secret.ts";

export interface ProviderConfig {
  /** Where its API begins. */
  readonly upstream: string;
  /** Held by the gateway; without it each agent's own key passes through. */
  readonly key?: SecretConfig | undefined;
}

export interface ModelsConfig {
  readonly listen: Address;
  readonly allowPlaintext: boolean;
  readonly environment: Environment;
  readonly allow: readonly string[];
  readonly anthropic?: ProviderConfig | undefined;
  readonly openai?: ProviderConfig | undefined;
  readonly gemini?: ProviderConfig | undefined;
  /** What models cost, before the table that comes along. */
  readonly prices: readonly OwnPrice[];
}

/** What may work on at a provider's, where this connection does not show what it does. */
const OUTSIDE_WORK = [
  "administration",
  "assistants",
  "background",
  "batches",
  "code_execution",
  "code_interpreter",
  "computer_use",
  "container",
  "file_search",
  "files",
  "fine-tuning",
  "image_generation",
  "managed-agents",
  "mcp",
  "mcp_servers",
  "realtime",
  "skills",
  "stores",
  "web_fetch",
  "web_search",
] as const;

const address = z.string().transform((text, context): Address => {
  const parsed = parseAddress(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "an address is written as 127.0.0.1:7071" });
  return z.NEVER;
});

/** Prompts hold the code and the data of whoever sends them, so they leave this machine in TLS only. */
const upstream = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopbackHost(url.hostname));
  if (isPlain && isSafe) return;
  const message = "written as https://api.example.com, without a query; http:// only on loopback";
  context.addIssue({ code: "custom", message });
});

const provider = (standard: string) =>
  z.strictObject({ key: secretSchema.optional(), upstream: upstream.default(standard) });

export const modelsSchema: z.ZodType<ModelsConfig> = z.strictObject({
  allow: z.array(z.enum(OUTSIDE_WORK)).default(["web_search"]),
  allowPlaintext: z.boolean().default(false),
  anthropic: provider("https://api.anthropic.com").optional(),
  environment: z.enum(["production", "staging", "development", "disposable"]).default("production"),
  gemini: provider("https://generativelanguage.googleapis.com").optional(),
  listen: address.default({ host: "127.0.0.1", port: 7071 }),
  openai: provider("https://api.openai.com").optional(),
  prices: ownPricesSchema.default([]),
});
