import type { IncomingMessage, ServerResponse } from "node:http";
import type { ClientEnd } from "./client-end.ts";

/** What of a piece goes on now: at once, or once something is on record. */
type Onward = (piece: Buffer) => readonly Buffer[] | Promise<readonly Buffer[]>;

interface Relay {
  readonly gone: ClientEnd;
  readonly head: IncomingMessage;
  readonly onward: Onward;
  readonly response: ServerResponse;
}

/**
 * Passes an answer on, as fast as the client reads it. Each piece goes on as `onward` says, one after the other. Resolves
 * with the error that cut it off, or with nothing when it came to its end. Rejects with whatever `onward` does.
 */
export function relayed({ gone, head, onward, response }: Relay): Promise<Error | undefined> {
  return new Promise((resolve, reject) => {
    /** Something is being recorded, and nothing else may happen before it is. */
    let isBusy = false;
    let cut: { readonly error: Error | undefined } | undefined;
    let stopListening = () => {};
    const done = () => {
      head.off("data", take);
      response.off("drain", goOn);
      stopListening();
    };
    const settle = (error: Error | undefined) => {
      cut ??= { error };
      if (isBusy) return;
      done();
      resolve(cut.error);
    };
    const fail = (error: unknown) => {
      done();
      reject(error);
    };
    const goOn = () => {
      if (!isBusy && cut === undefined) head.resume();
    };
    const send = (pieces: readonly Buffer[]) => {
      for (const piece of pieces) response.write(piece);
      if (response.writableNeedDrain) head.pause();
    };
    const take = (piece: Buffer) => {
      try {
        const pieces = onward(piece);
        if (!(pieces instanceof Promise)) return send(pieces);
        isBusy = true;
        head.pause();
        pieces.then((late) => {
          isBusy = false;
          send(late);
          if (cut !== undefined) settle(cut.error);
          else if (!response.writableNeedDrain) goOn();
        }, fail);
      } catch (error) {
        fail(error);
      }
    };
    head.on("data", take);
    head.on("end", () => settle(head.complete ? undefined : brokenOff()));
    head.on("error", (error) => settle(error));
    head.on("close", () => settle(brokenOff()));
    response.on("drain", goOn);
    stopListening = gone.heard(() => settle(gone.error));
    // It may have ended before anybody listened.
    if (head.destroyed) settle(head.errored ?? brokenOff());
  });
}

function brokenOff(): Error {
  return new Error("the provider ended the connection in the middle of its answer");
}
