import { type Preset, shownKey } from "./preset.ts";

/** Gemini CLI, and whatever uses Google's own SDK. */
export const gemini: Preset = {
  program: "gemini",
  variables({ models: { gemini: model } }) {
    if (model === undefined) return {};
    return {
      GOOGLE_GEMINI_BASE_URL: model.url,
      ...(model.isKeyHeld ? { GEMINI_API_KEY: shownKey(model) } : undefined),
    };
  },
};
