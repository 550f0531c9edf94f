import type { Principal } from "@custody/identity";
import type { DataPathLink } from "../process/data-path-link.ts";

/** A session that is used is told of at most so often: it ends twelve hours after its last use, also over a restart. */
const TELL_AGAIN_MS = 300_000;

/** Tells the data path, which outlives this process, that sessions are used. */
export class SessionUse {
  readonly #link: Pick<DataPathLink, "ask">;
  readonly #toldMs = new Map<string, number>();

  constructor(link: Pick<DataPathLink, "ask">) {
    this.#link = link;
  }

  used(by: Principal, nowMs: number): void {
    const { session } = by;
    if (session === undefined || nowMs - (this.#toldMs.get(session) ?? 0) < TELL_AGAIN_MS) return;
    for (const [each, toldMs] of this.#toldMs) if (nowMs - toldMs >= TELL_AGAIN_MS) this.#toldMs.delete(each);
    this.#toldMs.set(session, nowMs);
    // Should it be lost, the session ends earlier after a restart, and that is all.
    this.#link.ask("identity", { act: "note-use", by, request: {} }).catch(() => {});
  }
}
