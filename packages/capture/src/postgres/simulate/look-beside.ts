import { CaptureError } from "../../error.ts";
import { askIdentity } from "../ask-identity.ts";
import type { Dialogue } from "../dialogue.ts";
import { ServerClient } from "../server-client.ts";
import { ConnectionLost, RowTooLong, StatementFailure } from "../server-failure.ts";
import { isSameSystem, type ServerIdentity } from "../server-identity.ts";
import type { UpstreamDoor } from "../upstream-door.ts";
import { ownNamesOnly } from "./transaction.ts";

/** A human waits for it, and an agent. What is not found out by then is unknown. */
export const LOOK_MS_MAX = 10_000;

const startup = [
  { name: "application_name", value: "custody simulate" },
  { name: "client_encoding", value: "UTF8" },
];

/** What was found, or why nothing could be. */
export type Beside<T> = { readonly value: T } | { readonly reason: string };

/**
 * Looks into a database beside the session: on a connection of Custody's own, which changes nothing, sees what everybody sees, and
 * is closed when this resolves.
 */
export type LookBeside = <T>(database: string, ask: (client: Dialogue) => Promise<T>) => Promise<Beside<T>>;

/** `server`: what has to answer there. Rejects only for mistakes of ours. */
export async function lookBeside<T>(
  door: UpstreamDoor,
  server: ServerIdentity | undefined,
  database: string,
  ask: (client: Dialogue) => Promise<T>,
): Promise<Beside<T>> {
  const other = { ...door, upstream: { ...door.upstream, database } };
  try {
    const client = await ServerClient.open(other, startup, async (stream) => {
      const answered = await askIdentity(stream);
      if (server !== undefined && !isSameSystem(server, answered))
        throw new CaptureError("TARGET_CHANGED", "another server answers");
    });
    const timer = setTimeout(() => void client.abort(), LOOK_MS_MAX + 2000);
    try {
      await client.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await client.rows(ownNamesOnly);
      return { value: await ask(client) };
    } finally {
      clearTimeout(timer);
      await client.close();
    }
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { reason: error.message };
  }
}

function isFailure(error: unknown): error is Error {
  return [CaptureError, ConnectionLost, RowTooLong, StatementFailure].some((kind) => error instanceof kind);
}
