import { nodePrimitives } from "@custody/ledger";
import { openNote, parseCheckpoint, type VerifierKey } from "@custody/ledger/verifier";
import { AnchorError } from "../error.ts";
import type { Fetch } from "../http/ask.ts";
import type { ProvableLedger } from "./provable-ledger.ts";
import { askWitness } from "./witness-http.ts";

export interface DisputedClaim {
  /** What the witness says, as a sentence without its end. */
  readonly claim: string;
  readonly fetch: Fetch;
  readonly ledger: ProvableLedger;
  readonly logKey: VerifierKey;
  /** Where the witness shows the checkpoint that it cosigned last. */
  readonly url: string;
}

/**
 * Either the witness lies, or this ledger is not the one that it saw. The witness may show the checkpoint that it cosigned:
 * when our own key has signed that, and the ledger does not have it, there is no doubt which.
 */
export async function contradictionOf(disputed: DisputedClaim): Promise<AnchorError> {
  const { claim, ledger, url } = disputed;
  const shown = await showsSigned(disputed);
  if (shown === undefined)
    return contradicted(
      `${claim}; it shows no checkpoint that this ledger's key has signed, so it may be the witness that is wrong — run custody verify, and ask whoever runs the witness`,
    );
  const { note, root, size } = shown;
  const ours = await ledger.rootAt(size).catch(() => undefined);
  if (ours === undefined)
    return contradicted(
      `${claim}; it shows a checkpoint of ${size} entries, signed by this ledger's key: the ledger was put back to an older state, or its key signs somewhere else — keep everything as it is, and find out which`,
      note,
    );
  if (!Buffer.from(ours).equals(root))
    return contradicted(
      `${claim}; it shows a checkpoint of ${size} entries, signed by this ledger's key, with another root: the history was rewritten, or the key signs somewhere else — keep everything as it is, and find out which`,
      note,
    );
  return new AnchorError(
    "PLACE_REFUSED",
    `${claim}, and yet it shows at ${url} that it has the same history of ${size} entries — run custody verify, and see the witness's log`,
  );
}

function contradicted(message: string, evidence?: string): AnchorError {
  return new AnchorError("PLACE_CONTRADICTED", message, evidence === undefined ? {} : { evidence });
}

/** Undefined for whatever else it may show: anybody can make up a checkpoint, but not sign it. */
async function showsSigned({
  fetch,
  logKey,
  url,
}: DisputedClaim): Promise<{ note: string; root: Buffer; size: number } | undefined> {
  try {
    const { status, text: note } = await askWitness(fetch, url);
    if (status !== 200) return undefined;
    const { root, size, origin } = parseCheckpoint((await openNote(note, [logKey], nodePrimitives)).text);
    return origin === logKey.name ? { note, root: Buffer.from(root), size } : undefined;
  } catch {
    return undefined;
  }
}
