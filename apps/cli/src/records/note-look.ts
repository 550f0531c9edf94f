import type { CommandContext } from "../commands/context.ts";
import { ControlClient } from "../control/control-client.ts";

/** What a command gave, and what it was asked for: never what stood in the records. */
export interface CommandLook {
  readonly command: "export" | "log" | "prove" | "replay" | "show";
  /** An id, or what the records had to fit. */
  readonly asked: string | object;
  readonly records: number;
  readonly follows?: boolean;
}

/** Whoever looks does not wait longer than this for a server that hangs. */
const PATIENCE_MS = 3000;

const ASKED_CHARACTERS_MAX = 2000;

/**
 * Has it put on record that somebody looked, where Custody runs on the data directory that was read: one round trip. Nobody is
 * kept from looking by it. Where nothing runs nobody can write, and nothing is said; where it fails, that is said.
 */
export async function noteLook(
  { output }: Pick<CommandContext, "output">,
  directory: string,
  look: CommandLook,
): Promise<void> {
  const { asked, command, follows = false, records } = look;
  try {
    const client = ControlClient.runningOn(directory, PATIENCE_MS);
    const text = typeof asked === "string" ? asked : askedText(asked);
    await client?.request("POST", "/api/looks", {
      asked: text.slice(0, ASKED_CHARACTERS_MAX),
      command,
      follows,
      records,
    });
  } catch (error) {
    output.hint(`custody: that you looked could not be put on record: ${(error as Error).message}`);
  }
}

/** `type=db&since=1h`, as in a query. */
function askedText(options: object): string {
  const given = Object.entries(options).filter(([, value]) => typeof value === "string");
  return new URLSearchParams(given as [string, string][]).toString();
}
