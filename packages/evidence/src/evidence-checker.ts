import type { AuditRecord } from "@custody/domain";
import {
  type Checkpoint,
  type Envelope,
  encodeBase64,
  LedgerError,
  leafHash,
  openNote,
  PartialTree,
  type Primitives,
  parseCheckpoint,
  type VerifierKey,
  verifyOpening,
} from "@custody/ledger/verifier";
import { Destroyed } from "./destroyed.ts";
import { type Finding, Findings } from "./finding.ts";
import type { Manifest } from "./folder.ts";
import { Links } from "./links.ts";
import { contradiction, readRecord } from "./read-record.ts";
import { type EntryPart, parseReceiptLine } from "./receipt-line.ts";
import { SignedAnswers } from "./signed-answers.ts";
import { checkWitnessed, type Witnessed, type WitnessedVerdict } from "./witnessed.ts";

export interface Evidence {
  readonly checkpoint: string;
  readonly manifest: Manifest;
  readonly verifierKey: VerifierKey;
  readonly witnessed?: Witnessed;
  /** Set where only the first records are looked at, and the folder has more. */
  readonly isPart?: boolean;
}

/** What came of one record. `changed`: it is not what was recorded, whatever that was. */
export interface CheckedRecord {
  readonly envelope: Envelope;
  readonly state: "recorded" | "destroyed" | "changed";
  /** What was recorded; undefined when that is not here, or no record. */
  readonly record?: AuditRecord;
}

export interface EvidenceReport {
  readonly ok: boolean;
  /** Of the signed checkpoint; undefined when nobody whom we trust signed one. */
  readonly checkpoint?: Checkpoint;
  readonly records: number;
  readonly destroyed: number;
  /** Answers of people that are signed, by keys whose enrolment is here. */
  readonly signed: number;
  /** Of those that say so, which are of the session; the others are about Custody itself. */
  readonly ofSession: number;
  readonly findings: readonly Finding[];
  /** There may be more than are listed. */
  readonly findingCount: number;
  /** Where the links inside the session begin anew: how often, and the first entry. */
  readonly restarts: number;
  readonly firstRestart?: number;
  readonly witnessed?: WitnessedVerdict;
}

const encoder = new TextEncoder();

/**
 * Checks the records of an evidence folder one by one, and at the end what they make up together. Holds one record at a
 * time. Every byte may come from somebody who wants it to look right: nothing but what leads to the signed root counts.
 */
export class EvidenceChecker {
  readonly #evidence: Evidence;
  readonly #primitives: Primitives;
  readonly #findings = new Findings();
  readonly #links = new Links(this.#findings);
  readonly #tree: PartialTree;
  /** What the checkpoint says, before anybody has looked at its signature. */
  readonly #claimed: Checkpoint | undefined;
  /** Once the tree cannot be rebuilt any more, saying so once is enough. */
  #isTreeBroken = false;
  #lines = 0;
  #records = 0;
  readonly #destroyed = new Destroyed();
  readonly #signed = new SignedAnswers();
  #ofSession = 0;
  #isEnded = false;

  constructor(evidence: Evidence, primitives: Primitives) {
    this.#evidence = evidence;
    this.#primitives = primitives;
    this.#tree = new PartialTree(primitives);
    this.#claimed = claimOf(evidence.checkpoint);
  }

  /** The two lines of one record. `undefined` for a line that is missing. */
  async add(receiptText: string, recordText: string | undefined): Promise<CheckedRecord | undefined> {
    this.#lines += 1;
    const line = this.#lines;
    const receipt = this.#isEnded ? undefined : parseReceiptLine(receiptText);
    if (receipt === undefined) {
      this.#isTreeBroken = true;
      this.#findings.add({ code: "LINE_MALFORMED", line });
      return undefined;
    }
    const { between, entry } = receipt;
    if (entry === undefined) {
      await this.#end(between, recordText, line);
      return undefined;
    }
    this.#records += 1;
    const leaf = await leafHash(entry.bytes, this.#primitives);
    await this.#grow(entry.envelope.i, between, leaf);
    this.#links.add(entry.envelope, encodeBase64(leaf));
    return await this.#checkRecord(entry, recordText, line);
  }

  /** A line of the records behind the last receipt. */
  addStray(): void {
    this.#lines += 1;
    this.#findings.add({ code: "RECEIPT_MISSING", line: this.#lines });
  }

  /** After the last line. */
  async finish(): Promise<EvidenceReport> {
    const { isPart, manifest } = this.#evidence;
    const signed = await this.#openCheckpoint();
    await this.#checkRoot(signed ?? this.#claimed);
    // The order stands behind what it destroyed, so the first records alone need not have it.
    const withheld = isPart === true ? [] : this.#destroyed.withheld();
    for (const index of withheld) this.#findings.add({ code: "RECORD_WITHHELD", index });
    if (
      isPart !== true &&
      (this.#records !== manifest.records || this.#destroyed.count !== manifest.destroyed)
    )
      this.#findings.add({ code: "COUNT_DIFFERS" });
    const witnessed = signed && (await this.#checkWitnessed(signed));
    const { firstRestart, restarts } = this.#links;
    return {
      ok: this.#findings.count === 0,
      ...(signed && { checkpoint: signed }),
      records: this.#records,
      destroyed: this.#destroyed.count,
      signed: this.#signed.count,
      ofSession: this.#ofSession,
      findings: this.#findings.list,
      findingCount: this.#findings.count,
      restarts,
      ...(firstRestart !== undefined && { firstRestart }),
      ...(witnessed && { witnessed }),
    };
  }

  async #checkWitnessed(signed: Checkpoint): Promise<WitnessedVerdict | undefined> {
    const { verifierKey, witnessed } = this.#evidence;
    if (witnessed === undefined) return undefined;
    const verdict = await checkWitnessed(witnessed, signed, verifierKey, this.#primitives);
    if (verdict === undefined) this.#findings.add({ code: "WITNESSED_CONTRADICTS" });
    return verdict;
  }

  /** The last line: what stands behind the last entry, and no record. */
  async #end(between: readonly Uint8Array[], recordText: string | undefined, line: number): Promise<void> {
    this.#isEnded = true;
    if (recordText !== undefined) this.#findings.add({ code: "RECEIPT_MISSING", line });
    await this.#grow(this.#claimed?.size ?? 0, between);
  }

  async #grow(index: number, between: readonly Uint8Array[], leaf?: Uint8Array): Promise<void> {
    if (this.#isTreeBroken) return;
    try {
      await this.#tree.skip(index, between);
      if (leaf !== undefined) await this.#tree.append(leaf);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#isTreeBroken = true;
    }
  }

  async #checkRecord(
    { envelope, salt }: EntryPart,
    text: string | undefined,
    line: number,
  ): Promise<CheckedRecord> {
    const index = envelope.i;
    if (salt === undefined) {
      this.#destroyed.add(envelope);
      // Without a salt nothing can be compared, so nothing may be there to be taken for the record.
      if (text !== "null") this.#findings.add({ code: "RECORD_CHANGED", index, line });
      return { envelope, state: text === "null" ? "destroyed" : "changed" };
    }
    if (text === undefined) {
      this.#findings.add({ code: "RECORD_MISSING", index, line });
      return { envelope, state: "changed" };
    }
    const payload = encoder.encode(text);
    if (!(await this.#opens(envelope, { payload, salt }))) {
      this.#findings.add({ code: "RECORD_CHANGED", index, line });
      return { envelope, state: "changed" };
    }
    const record = readRecord(payload);
    const detail = record && contradiction(envelope, record);
    if (record === undefined) this.#findings.add({ code: "RECORD_UNREADABLE", index, line });
    if (detail !== undefined) this.#findings.add({ code: "RECORD_CONTRADICTS", detail, index, line });
    const signed = record && (await this.#signed.note(index, record));
    if (signed !== undefined) this.#findings.add({ ...signed, index, line });
    if (record !== undefined) this.#destroyed.note(record);
    if (record?.session === this.#evidence.manifest.session) this.#ofSession += 1;
    return { envelope, state: "recorded", ...(record && { record }) };
  }

  async #opens(envelope: Envelope, opening: { payload: Uint8Array; salt: Uint8Array }): Promise<boolean> {
    try {
      await verifyOpening(envelope, opening, this.#primitives);
      return true;
    } catch (error) {
      if (error instanceof LedgerError) return false;
      throw error;
    }
  }

  async #openCheckpoint(): Promise<Checkpoint | undefined> {
    const { checkpoint, verifierKey } = this.#evidence;
    try {
      const { text } = await openNote(checkpoint, [verifierKey], this.#primitives);
      const signed = parseCheckpoint(text);
      if (signed.origin === verifierKey.name) return signed;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
    }
    this.#findings.add({ code: "CHECKPOINT_UNVERIFIED" });
    return undefined;
  }

  /** Against the root that the checkpoint names, even when its signature is wrong: each finding says one thing. */
  async #checkRoot(checkpoint: Checkpoint | undefined): Promise<void> {
    const isWhole = !this.#isTreeBroken && this.#isEnded && this.#tree.size === checkpoint?.size;
    const root = isWhole ? encodeBase64(await this.#tree.root()) : undefined;
    if (root === undefined || root !== encodeBase64(checkpoint!.root))
      this.#findings.add({ code: "PROOF_WRONG" });
  }
}

/** What a checkpoint claims; undefined when it is none. */
function claimOf(note: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(note.slice(0, note.indexOf("\n\n") + 1));
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}
