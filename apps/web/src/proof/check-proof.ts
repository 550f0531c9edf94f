import type { AuditRecord, RecordDetail } from "@custody/domain";
import {
  type Checkpoint,
  commitment,
  decodeBase64,
  type Envelope,
  encodeBase64,
  leafHash,
  openNote,
  parseCheckpoint,
  parseEnvelope,
  parseReceipt,
  parseVerifierKey,
  type Receipt,
  verifyInclusion,
  webPrimitives,
} from "@custody/ledger/verifier";
import { isSameJson } from "./same-json.ts";

export type StepName = "payload" | "answer" | "identity" | "inclusion" | "signature";

/** `waiting`: no published checkpoint covers the entry yet, so there is nothing to check it against. */
export type StepState = "passed" | "failed" | "waiting";

export interface ProofCheck {
  /** The recorded bytes, read: the only thing that may be shown as the record. Undefined when they are no record. */
  readonly record: AuditRecord | undefined;
  readonly steps: Readonly<Record<StepName, StepState>>;
  readonly checkpoint: Checkpoint | undefined;
  readonly verdict: "verified" | "pending" | "broken";
}

/**
 * Checks a record as whoever does not trust the server: its bytes against the entry's commitment, the entry against the
 * tree, the tree against the signature. A step that cannot be carried out, because what it needs is malformed, fails.
 *
 * Throws only when the browser lacks the cryptography; that is another thing than a proof that is wrong.
 */
export async function checkProof(detail: RecordDetail, id: string): Promise<ProofCheck> {
  if (globalThis.crypto?.subtle === undefined) throw new Error("no Web Crypto here");
  const { proof } = detail;
  const record = readRecord(proof.payload);
  const answer = record !== undefined && isSameJson(record, detail.record);
  const identity = record !== undefined && isAskedFor(detail, record, id);
  if (proof.receipt === null) {
    const steps = { payload: "waiting", inclusion: "waiting", signature: "waiting" } as const;
    return judged(record, { ...steps, answer: state(answer), identity: state(identity) }, undefined);
  }
  const receipt = attempt(() => parseReceipt(proof.receipt as string));
  const entry = receipt?.extra;
  const envelope = entry && attempt(() => parseEnvelope(entry));
  const checkpoint = receipt && (await openCheckpoint(receipt, proof.verifierKey));
  const isAtPlace =
    envelope?.i === detail.index && receipt?.index === detail.index && envelope.t === record?.type;
  const steps = {
    payload: state(envelope !== undefined && (await opens(envelope, proof.salt, proof.payload))),
    answer: state(answer),
    identity: state(identity && isAtPlace),
    inclusion: state(await isIncluded(receipt)),
    signature: state(checkpoint !== undefined),
  };
  return judged(record, steps, checkpoint);
}

function judged(
  record: AuditRecord | undefined,
  steps: ProofCheck["steps"],
  checkpoint: Checkpoint | undefined,
): ProofCheck {
  const states = Object.values(steps);
  const verdict = states.includes("failed") ? "broken" : states.includes("waiting") ? "pending" : "verified";
  return { record, steps, checkpoint, verdict };
}

function readRecord(payload: string): AuditRecord | undefined {
  const value = attempt(() => JSON.parse(payload) as unknown);
  const isRecord = typeof value === "object" && value !== null && "type" in value && "action" in value;
  return isRecord ? (value as AuditRecord) : undefined;
}

/** A server could answer with another record, as genuine as the one that was asked for. */
function isAskedFor({ index }: RecordDetail, record: AuditRecord, id: string): boolean {
  const asked = id.toLowerCase();
  return asked === String(index) || asked === record.id || asked === record.action;
}

async function opens(envelope: Envelope, salt: string, payload: string): Promise<boolean> {
  const saltBytes = decodeBase64(salt);
  if (saltBytes?.length !== 16) return false;
  return encodeBase64(await commitment(saltBytes, new TextEncoder().encode(payload))) === envelope.c;
}

/** The signed checkpoint, of the log that the key is named after; undefined when it is not signed by that key. */
async function openCheckpoint(receipt: Receipt, verifierKey: string): Promise<Checkpoint | undefined> {
  return attemptLater(async () => {
    const key = await parseVerifierKey(verifierKey);
    const note = await openNote(receipt.checkpoint, [key]);
    const checkpoint = parseCheckpoint(note.text);
    return checkpoint.origin === key.name ? checkpoint : undefined;
  });
}

/** Whether the entry stands in the tree of the receipt's checkpoint, whoever signed that. */
async function isIncluded(receipt: Receipt | undefined): Promise<boolean> {
  const { extra, index, proof } = receipt ?? {};
  if (receipt === undefined || extra === undefined || index === undefined || proof === undefined)
    return false;
  const checked = await attemptLater(async () => {
    const { root, size } = parseCheckpoint(
      receipt.checkpoint.slice(0, receipt.checkpoint.indexOf("\n\n") + 1),
    );
    await verifyInclusion({ index, leafHash: await leafHash(extra, webPrimitives), proof, root, size });
    return true;
  });
  return checked === true;
}

function state(holds: boolean): StepState {
  return holds ? "passed" : "failed";
}

function attempt<Value>(step: () => Value): Value | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}

/** Lets through that the platform cannot do it: "I cannot tell" must never look like "it is wrong". */
async function attemptLater<Value>(step: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") throw error;
    return undefined;
  }
}
