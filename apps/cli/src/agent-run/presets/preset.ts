/** Where a session reaches a model, and whether the key for it is held by Custody. */
export interface ModelAddress {
  readonly kind: "anthropic" | "openai" | "gemini";
  /** Without a slash at the end, and without the version that clients of OpenAI put behind it. */
  readonly url: string;
  readonly isKeyHeld: boolean;
}

export interface PresetInput {
  /** By kind. */
  readonly models: Partial<Readonly<Record<ModelAddress["kind"], ModelAddress>>>;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** How one agent is told where its models are: by variables, and by arguments where it reads no variable. */
export interface Preset {
  /** The name of its program. */
  readonly program: string;
  /** They are set for every program: agents are started by scripts, and by other agents. */
  variables(input: PresetInput): Readonly<Record<string, string>>;
  /** They go right behind the program's name. */
  parameters?(input: PresetInput): readonly string[];
}

/**
 * What an agent shows as its key where Custody holds the real one: the session's token, which is the first part of the
 * address's path. It opens nothing but this session's models and databases.
 */
export function shownKey({ url }: ModelAddress): string {
  return new URL(url).pathname.split("/")[1] ?? "";
}
