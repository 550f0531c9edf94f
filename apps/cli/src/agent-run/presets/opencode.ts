import { type Preset, type PresetInput, shownKey } from "./preset.ts";

/** What opencode calls its providers, and what their SDKs expect behind the address. */
const PROVIDERS = [
  { kind: "anthropic", name: "anthropic", version: "/v1" },
  { kind: "openai", name: "openai", version: "/v1" },
  { kind: "gemini", name: "google", version: "/v1beta" },
] as const;

/**
 * opencode merges the configuration in OPENCODE_CONFIG_CONTENT over those in files (https://opencode.ai/docs/config/), so
 * nothing has to be written into any of them. What stands in the variable already is kept.
 */
export const opencode: Preset = {
  program: "opencode",
  variables(input) {
    const provider = providersOf(input);
    const given = givenConfig(input);
    if (Object.keys(provider).length === 0 || given === undefined) return {};
    return { OPENCODE_CONFIG_CONTENT: JSON.stringify(merged(given, { provider })) };
  },
};

function providersOf({ models }: PresetInput): Record<string, object> {
  return Object.fromEntries(
    PROVIDERS.flatMap(({ kind, name, version }) => {
      const model = models[kind];
      return model === undefined ? [] : [[name, { options: optionsOf(model, version) }]];
    }),
  );
}

function optionsOf({ isKeyHeld, url }: PresetInput["models"][string], version: string): object {
  const baseURL = `${url}${version}`;
  return isKeyHeld ? { apiKey: shownKey(url), baseURL } : { baseURL };
}

/** Undefined where there is something that cannot be read: it is left as it is. */
function givenConfig({ variables }: PresetInput): object | undefined {
  const text = variables["OPENCODE_CONFIG_CONTENT"];
  if (!text) return {};
  try {
    const config: unknown = JSON.parse(text);
    return isObject(config) ? config : undefined;
  } catch {
    return undefined;
  }
}

function merged(below: object, above: object): object {
  const both: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const found = both[name];
    both[name] = isObject(found) && isObject(value) ? merged(found, value) : value;
  }
  return both;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
