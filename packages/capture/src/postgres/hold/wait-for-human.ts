import type { Approval, Hold } from "@custody/domain";
import type { Execution } from "../execution.ts";
import type { Interruptible, Interruption, PassageParts } from "../passage-parts.ts";

/** A client is told again, so that it, and whatever stands between, sees that something is alive. */
const NOTICE_INTERVAL_MS = 30_000;

export type Waited =
  | { readonly kind: "answered"; readonly approval: Approval }
  | { readonly kind: "interrupted"; readonly interruption: Interruption };

/**
 * Waits until a human has decided, or the client does not wait any more: what nobody waits for is never run. Whether it does is
 * listened for since before the hold was made, so that no cancellation is lost.
 */
export async function waitForHuman(
  hold: Hold,
  parts: PassageParts,
  { interrupted }: Interruptible,
  notice: Buffer,
  execution: Execution,
): Promise<Waited> {
  const { clock } = parts.context;
  const beganUs = clock.monotonicUs();
  parts.tell([notice]);
  const timer = setInterval(() => parts.tell([notice]), NOTICE_INTERVAL_MS);
  try {
    const waited = await Promise.race([
      hold.ended.then((approval): Waited => ({ approval, kind: "answered" })),
      interrupted.then((interruption): Waited => ({ interruption, kind: "interrupted" })),
    ]);
    if (waited.kind === "interrupted") await hold.withdraw(waited.interruption.reason);
    return waited;
  } finally {
    clearInterval(timer);
    execution.heldUs += clock.monotonicUs() - beganUs;
  }
}
