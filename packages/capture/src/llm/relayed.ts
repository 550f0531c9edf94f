import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Passes an answer on, as fast as the client reads it. Each piece goes on as `onward` says. Resolves with the error that cut
 * it off, or with nothing when it came to its end. Rejects with whatever `onward` does.
 */
export async function relayed(
  head: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
  onward: (piece: Buffer) => Promise<readonly Buffer[]>,
): Promise<Error | undefined> {
  const pieces = head.iterator({ destroyOnReturn: false });
  for (;;) {
    const next = await pieces.next().then(
      (result) => result,
      (error: Error) => error,
    );
    if (next instanceof Error) return next;
    if (next.done === true) break;
    for (const piece of await onward(next.value as Buffer))
      if (!response.write(piece)) await drained(response, gone);
    if (gone.aborted) return gone.reason as Error;
  }
  return head.complete
    ? undefined
    : new Error("the provider ended the connection in the middle of its answer");
}

function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) {
      resolve();
      return;
    }
    const go = () => {
      response.off("drain", go);
      gone.removeEventListener("abort", go);
      resolve();
    };
    response.on("drain", go);
    gone.addEventListener("abort", go);
  });
}
