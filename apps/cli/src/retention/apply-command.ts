import { fileURLToPath } from "node:url";

/** How `custody retention apply` is run as a process of its own. */
export function applyCommand(directory: string, config: string | undefined): string[] {
  const launcher = fileURLToPath(new URL("../../bin/custody.mjs", import.meta.url));
  const named = config === undefined ? [] : ["--config", config];
  return [process.execPath, launcher, "retention", "apply", "--json", "--data", directory, ...named];
}
