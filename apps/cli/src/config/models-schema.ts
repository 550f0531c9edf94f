import type { Environment } from "@custody/domain";
import { isLoopbackHost } from "@custody/gateway/upstream-url";
import type { OwnPrice } from "@custody/prices";
import { z } from "zod";
import type { Address } from "./address.ts";
import { addressSchema } from "./address-schema.ts";
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

/** What works on at a provider's is called as the provider calls it, and providers add kinds of it all the time. */
const outsideWork = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/, "a kind of work as the refusal names it, such as web_search or batches");

const address = addressSchema("127.0.0.1:7071");

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
  allow: z.array(outsideWork).default(["web_search"]),
  allowPlaintext: z.boolean().default(false),
  anthropic: provider("https://api.anthropic.com").optional(),
  environment: z.enum(["production", "staging", "development", "disposable"]).default("production"),
  gemini: provider("https://generativelanguage.googleapis.com").optional(),
  listen: address.default({ host: "127.0.0.1", port: 7071 }),
  openai: provider("https://api.openai.com").optional(),
  prices: ownPricesSchema.default([]),
});
