import type { Preset } from "./preset.ts";

/**
 * Codex reads no variable for the address of its models, so a provider of its own is given on its command line, which goes
 * before its config.toml. With the built-in provider it would try a websocket first.
 */
export const codex: Preset = {
  parameters({ models: { openai }, variables }) {
    if (openai === undefined) return [];
    // Without a key, whoever signed in with ChatGPT does so here as well.
    const access = variables["OPENAI_API_KEY"] ? 'env_key="OPENAI_API_KEY"' : "requires_openai_auth=true";
    const address = JSON.stringify(`${openai.url}/v1`);
    const provider = `{name="Custody",base_url=${address},wire_api="responses",${access}}`;
    return ["-c", 'model_provider="custody"', "-c", `model_providers.custody=${provider}`];
  },
  program: "codex",
};
