import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import type { LedgerEvent } from "../event.ts";
import type { KeySource } from "../keys/key-source.ts";
import type { MasterKey } from "../keys/master-key.ts";
import { newSignerSeed } from "../keys/signer.ts";
import { type CopyMark, type LossPlan, writeCopyMark } from "../store/copy-mark.ts";
import type { Disk } from "../store/disk.ts";
import { type Format, writeFormat } from "../store/format.ts";
import type { Layout } from "../store/layout.ts";
import { parseCheckpoint } from "../verifier/checkpoint.ts";
import { openNote } from "../verifier/note.ts";
import { parseVerifierKey } from "../verifier/verifier-key.ts";
import { nodePrimitives } from "../verifier-node.ts";
import { openKeys } from "./open-keys.ts";

/** Somebody's word that a ledger goes on without what it once held. */
export interface AcceptLoss {
  /** Why; it becomes part of the record. */
  readonly reason: string;
  /** A checkpoint of the previous origin that was kept elsewhere: it says how much is missing. */
  readonly checkpoint?: string;
}

interface OriginParts {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly format: Format;
  readonly source: KeySource | MasterKey;
  readonly previous: readonly KeySource[];
}

/**
 * Gives a copy an origin and a signing key of its own, so that nothing it signs can contradict what the original has
 * signed. What the previous key signed stays checkable: its verifier key is kept, and the tree goes on from the same
 * entries. Each step may come twice; the mark is what remains until the record of it all is durable.
 */
export async function beginOrigin(
  parts: OriginParts,
  accepted: AcceptLoss,
  mark: CopyMark | undefined,
): Promise<LossPlan> {
  const { disk, layout, format, source, previous } = parts;
  const { ring, signer } = await openKeys(disk, layout, format, source, previous);
  const plan = mark?.loss ?? {
    origin: `${format.origin.replace(/\/restored-[0-9a-f]+$/, "")}/restored-${randomBytes(4).toString("hex")}`,
    reason: accepted.reason,
    signer: ring.signerSeeds().length + 1,
    previousOrigin: format.origin,
    previousVerifier: signer.verifierKey,
    ...(await largestKnown(parts, signer.verifierKey, accepted.checkpoint)),
  };
  await writeCopyMark(disk, layout, { ...mark, loss: plan });
  ring.addSigner(plan.signer, newSignerSeed());
  await keepVerifier(parts, plan.previousVerifier);
  // They speak for the previous origin; the next start publishes under the new one.
  for (const path of [layout.signed, layout.checkpoint, layout.verifier]) await disk.remove(path);
  for (const path of [layout.signed, layout.checkpoint, layout.verifier])
    await disk.syncDirectory(dirname(path));
  await writeFormat(disk, layout, { id: format.id, origin: plan.origin });
  return plan;
}

export function restoredEvent(
  plan: LossPlan,
  mark: CopyMark | undefined,
  size: number,
  root: Buffer,
): LedgerEvent {
  const { origin, reason, previousOrigin, previousVerifier, known } = plan;
  return {
    type: "ledger.restored",
    origin,
    size,
    root: root.toString("base64"),
    reason,
    previousOrigin,
    previousVerifier,
    ...(known ? { knownSize: known.size, knownRoot: known.root } : {}),
    ...(mark?.copiedAtMs === undefined ? {} : { copiedAtMs: mark.copiedAtMs }),
  };
}

async function keepVerifier({ disk, layout }: OriginParts, verifier: string): Promise<void> {
  const kept = (await disk.read(layout.pastVerifiers))?.toString("utf8") ?? "";
  if (kept.split("\n").includes(verifier)) return;
  await disk.replace(layout.pastVerifiers, Buffer.from(`${kept}${verifier}\n`), 0o644);
  await disk.syncDirectory(dirname(layout.pastVerifiers));
}

/**
 * The largest checkpoint that the previous key has signed, of those here and the one given.
 *
 * @throws LedgerError NOTE_MALFORMED, NOTE_UNVERIFIED or CHECKPOINT_MALFORMED for the one given
 */
async function largestKnown(
  { disk, layout }: OriginParts,
  verifier: string,
  given: string | undefined,
): Promise<Pick<LossPlan, "known">> {
  const key = await parseVerifierKey(verifier, nodePrimitives);
  const open = async (note: string | Buffer) => {
    const { root, size } = parseCheckpoint((await openNote(note, [key], nodePrimitives)).text);
    return { root: Buffer.from(root).toString("base64"), size };
  };
  const found = given === undefined ? [] : [await open(given)];
  for (const path of [layout.signed, layout.checkpoint]) {
    const note = await disk.read(path);
    const known = note && (await open(note).catch(() => undefined));
    if (known) found.push(known);
  }
  const [known] = found.sort((a, b) => b.size - a.size);
  return known ? { known } : {};
}
