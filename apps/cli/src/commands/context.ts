import type { Environment } from "../environment.ts";
import type { Output } from "../terminal/output.ts";

/** What every command is given. */
export interface CommandContext {
  readonly environment: Environment;
  readonly output: Output;
  /** `--data`, when it was given. */
  readonly data: string | undefined;
  /** `--config`, when it was given. */
  readonly config: string | undefined;
  readonly isJson: boolean;
}
