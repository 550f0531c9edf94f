import type { NewSession } from "@custody/server";

export interface PresetInput {
  /** By the provider's name; `url` has no slash at the end, and no version behind it. */
  readonly models: NewSession["models"];
  /** What the agent is to get, as far as it is known: the caller's variables, and the session's. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** How an agent is told where its models are, where the variables that every session has are not enough. */
export interface Preset {
  /** The name of its program. */
  readonly program: string;
  /** They are set for every program: agents are started by scripts, and by other agents. */
  variables?(input: PresetInput): Readonly<Record<string, string>>;
  /** They go right behind the program's name. */
  parameters?(input: PresetInput): readonly string[];
}

/**
 * What an agent shows as its key where Custody holds the real one: the session's token, which is the first part of the
 * address's path. It opens nothing but this session's models and databases.
 */
export function shownKey(url: string): string {
  return new URL(url).pathname.split("/")[1] ?? "";
}
