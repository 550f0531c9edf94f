import { launcher } from "../installation/places.ts";

/** How `custody retention apply` is run as a process of its own. */
export function applyCommand(directory: string, config: string | undefined): string[] {
  const named = config === undefined ? [] : ["--config", config];
  return [process.execPath, launcher, "retention", "apply", "--json", "--data", directory, ...named];
}
