import type { Envelope } from "@custody/ledger/verifier";
import type { Findings } from "./finding.ts";

/** What links entries to each other, beyond the tree: it shows where some were left out. */
export class Links {
  readonly #findings: Findings;
  readonly #sessions = new Map<string, string>();
  readonly #sources = new Map<string, Envelope>();
  #before: { readonly envelope: Envelope; readonly leaf: string } | undefined;
  /** Entries at which a session's chain begins anew, because the writer was started anew: how many, and the first. */
  restarts = 0;
  firstRestart: number | undefined;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** `leaf` is the entry's leaf hash in base64. Entries come in their order. */
  add(envelope: Envelope, leaf: string): void {
    this.#checkNeighbour(envelope);
    this.#checkSession(envelope, leaf);
    this.#checkSource(envelope);
    this.#before = { envelope, leaf };
  }

  #checkNeighbour({ i, p }: Envelope): void {
    if (this.#before?.envelope.i === i - 1 && this.#before.leaf !== p)
      this.#findings.add({ code: "ENTRY_OUT_OF_PLACE", index: i });
  }

  /** Each entry names the one before it in its session, unless the writer did not know that any more. */
  #checkSession({ i, ses, sp }: Envelope, leaf: string): void {
    if (ses === undefined) return;
    const before = this.#sessions.get(ses);
    this.#sessions.set(ses, leaf);
    if (sp !== undefined && sp !== before) this.#findings.add({ code: "SESSION_GAP", index: i });
    if (sp !== undefined || before === undefined) return;
    this.restarts += 1;
    this.firstRestart ??= i;
  }

  /**
   * A source numbers its records one by one, and each takes an entry of its own. So between two of its entries it cannot
   * have numbered more than there are entries between them; most of those are of other sessions, and not here.
   */
  #checkSource(envelope: Envelope): void {
    const before = this.#sources.get(envelope.src);
    this.#sources.set(envelope.src, envelope);
    if (before === undefined) return;
    const numbered = envelope.sq - before.sq;
    if (numbered < 1 || numbered > envelope.i - before.i)
      this.#findings.add({ code: "SOURCE_GAP", index: envelope.i });
  }
}
