import { basename } from "node:path";
import { codex } from "./codex.ts";
import { opencode } from "./opencode.ts";
import type { Preset, PresetInput } from "./preset.ts";

/**
 * The agents that need more than the variables of every session. Claude Code, Gemini CLI and whatever uses the providers' own
 * SDKs read those: ANTHROPIC_BASE_URL, OPENAI_BASE_URL, GOOGLE_GEMINI_BASE_URL.
 */
const PRESETS: readonly Preset[] = [codex, opencode];

export function presetVariables(input: PresetInput): Readonly<Record<string, string>> {
  return Object.assign({}, ...PRESETS.map((preset) => preset.variables?.(input)));
}

/** The command with what its program needs to be told behind its name. */
export function presetCommand(command: readonly string[], input: PresetInput): readonly string[] {
  const [program = "", ...parameters] = command;
  const name = basename(program).replace(/\.(exe|cmd|js|mjs)$/, "");
  const preset = PRESETS.find((each) => each.program === name);
  return [program, ...(preset?.parameters?.(input) ?? []), ...parameters];
}
