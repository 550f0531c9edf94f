import { closeSync, constants, openSync } from "node:fs";
import type { Socket } from "node:net";
import type { IPty } from "@lydell/node-pty";

const LOOK_INTERVAL_MS = 20;

/** Between two looks everything that can be read is read. So many looks without anything, and there is nothing any more. */
const EMPTY_LOOKS = 5;

/** What the program has left behind may print for ever. */
const LOOKS_MAX = 250;

/** What node-pty has of a terminal, beside its published face. */
interface Inside {
  readonly ptsName: string;
  readonly _socket: Socket;
}

/**
 * Has all read that was written to a terminal before its program ended; left alone, the last lines of a long output would be
 * missing, for the person and in the recording. Two things take them away:
 *
 * - Once nobody has the program's side of the terminal, libuv says that it is at its end after any read that did not fill its
 *   buffer, and a terminal gives 4 KiB at the most. So we have that side open, until nothing comes any more.
 * - 200 ms after the program's end, node-pty destroys its stream, whatever is in it.
 */
export function readToEnd(pty: IPty): void {
  const { _socket: socket, ptsName } = pty as unknown as Inside;
  const side = openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY);
  const destroy = socket.destroy.bind(socket);
  let hasHeard = true;
  socket.on("data", () => {
    hasHeard = true;
  });
  socket.once("close", () => closeSync(side));
  socket.destroy = (error?: Error) => {
    if (error !== undefined || socket.readableEnded) return destroy(error);
    let emptyLooks = 0;
    let looks = 0;
    const look = () => {
      looks += 1;
      emptyLooks = hasHeard || socket.isPaused() ? 0 : emptyLooks + 1;
      hasHeard = false;
      if (emptyLooks >= EMPTY_LOOKS || looks >= LOOKS_MAX) destroy();
      else setTimeout(look, LOOK_INTERVAL_MS);
    };
    look();
    return socket;
  };
}
