import { type Preset, shownKey } from "./preset.ts";

/** Claude Code, and whatever uses Anthropic's own SDKs. */
export const claude: Preset = {
  program: "claude",
  variables({ models: { anthropic } }) {
    if (anthropic === undefined) return {};
    return {
      ANTHROPIC_BASE_URL: anthropic.url,
      ...(anthropic.isKeyHeld ? { ANTHROPIC_API_KEY: shownKey(anthropic) } : undefined),
    };
  },
};
