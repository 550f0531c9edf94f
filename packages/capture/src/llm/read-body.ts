import type { IncomingMessage } from "node:http";
import type { BodyRoom } from "./body-room.ts";

/** A client that sends nothing for so long in the middle of a body has gone. */
const SILENCE_MS_MAX = 60_000;

export interface ReadBody {
  /** Undefined when it is longer than it may be, or there is no room for it: what follows is then left unread. */
  readonly bytes: Buffer | undefined;
  /** What it has taken of the room, and its reader gives back. */
  readonly taken: number;
}

/** All of a body. @throws Error when the client goes away before its end, or is silent for a minute */
export async function readBody(
  from: IncomingMessage,
  { bytesMax, room }: { readonly bytesMax: number; readonly room: BodyRoom },
): Promise<ReadBody> {
  const pieces: Buffer[] = [];
  let taken = 0;
  const late = () => from.destroy(new Error("the client has sent nothing for a minute"));
  let timer = setTimeout(late, SILENCE_MS_MAX);
  try {
    for await (const piece of from.iterator({ destroyOnReturn: false })) {
      clearTimeout(timer);
      timer = setTimeout(late, SILENCE_MS_MAX);
      const bytes = piece as Buffer;
      if (taken + bytes.length > bytesMax || !room.take(bytes.length)) return { bytes: undefined, taken };
      taken += bytes.length;
      pieces.push(bytes);
    }
  } catch (error) {
    room.giveBack(taken);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { bytes: pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, taken), taken };
}
