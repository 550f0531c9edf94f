import { basename } from "node:path";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { gemini } from "./gemini.ts";
import { opencode } from "./opencode.ts";
import type { Preset, PresetInput } from "./preset.ts";

/** The agents whose ways are known. Together, their variables are what any other program can use. */
const PRESETS: readonly Preset[] = [claude, codex, gemini, opencode];

export function presetVariables(input: PresetInput): Readonly<Record<string, string>> {
  return Object.assign({}, ...PRESETS.map((preset) => preset.variables(input)));
}

/** The command with what its program needs to be told behind its name. */
export function presetCommand(command: readonly string[], input: PresetInput): readonly string[] {
  const [program = "", ...parameters] = command;
  const name = basename(program).replace(/\.(exe|cmd|js|mjs)$/, "");
  const preset = PRESETS.find((each) => each.program === name);
  return [program, ...(preset?.parameters?.(input) ?? []), ...parameters];
}
