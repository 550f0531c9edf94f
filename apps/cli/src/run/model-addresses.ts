import { isIPv6 } from "node:net";
import type { ListeningModels } from "@custody/gateway";
import type { NewSession } from "@custody/server";
import { parseAddress, reachableHost } from "../config/address.ts";

/** Where a session reaches each provider. The token is part of the path: clients have no other place for it that is theirs. */
export function modelAddresses(
  { isTls, listen, providers }: ListeningModels,
  token: string,
): NewSession["models"] {
  const { host, port } = parseAddress(listen) ?? { host: "127.0.0.1", port: 0 };
  const reachable = reachableHost(host);
  const origin = `${isTls ? "https" : "http"}://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
  return Object.fromEntries(
    providers.map(({ isKeyHeld, kind }) => [kind, { isKeyHeld, kind, url: `${origin}/${token}/${kind}` }]),
  );
}

/** By which variables common clients learn where a provider is, and with which key they come. */
const VARIABLES = {
  anthropic: { key: "ANTHROPIC_API_KEY", path: "", url: "ANTHROPIC_BASE_URL" },
  gemini: { key: "GEMINI_API_KEY", path: "", url: "GOOGLE_GEMINI_BASE_URL" },
  openai: { key: "OPENAI_API_KEY", path: "/v1", url: "OPENAI_BASE_URL" },
} as const;

/** Where the gateway holds the key, a client that insists on one shows its session's token. */
export function modelVariables(
  models: NewSession["models"],
  token: string,
): Readonly<Record<string, string>> {
  const entries = Object.values(models).flatMap(({ isKeyHeld, kind, url }) => {
    const { key, path, url: variable } = VARIABLES[kind];
    return [[variable, `${url}${path}`], ...(isKeyHeld ? [[key, token]] : [])] as [string, string][];
  });
  return Object.fromEntries(entries);
}
