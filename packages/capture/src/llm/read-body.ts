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
export function readBody(
  from: IncomingMessage,
  { bytesMax, room }: { readonly bytesMax: number; readonly room: BodyRoom },
): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let taken = 0;
    const timer = setTimeout(
      () => from.destroy(new Error("the client has sent nothing for a minute")),
      SILENCE_MS_MAX,
    );
    const leave = () => {
      clearTimeout(timer);
      from.off("data", take).off("end", end).off("error", fail).off("close", gone);
    };
    const take = (piece: Buffer) => {
      timer.refresh();
      if (taken + piece.length > bytesMax || !room.take(piece.length)) {
        leave();
        from.pause();
        return resolve({ bytes: undefined, taken });
      }
      taken += piece.length;
      pieces.push(piece);
    };
    const end = () => {
      leave();
      resolve({ bytes: pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, taken), taken });
    };
    const fail = (error: Error) => {
      leave();
      room.giveBack(taken);
      reject(error);
    };
    const gone = () => fail(new Error("the client went away in the middle of its request"));
    from.on("data", take).on("end", end).on("error", fail).on("close", gone);
  });
}
