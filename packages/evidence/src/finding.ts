/**
 * What is wrong with evidence. Whoever shows it has the words for it.
 *
 * - `CHECKPOINT_UNVERIFIED`: the checkpoint is not signed by the key, or is of another log, or no checkpoint.
 * - `COUNT_DIFFERS`: the folder says of itself that it holds another number of records.
 * - `ENROLMENT_MISSING`: a signed answer names a key, or its confirmation, that is not here or is somebody else's.
 * - `ENTRY_OUT_OF_PLACE`: an entry names another one before it than the one that stands there.
 * - `LINE_MALFORMED`: a line of receipts.jsonl has another form.
 * - `PROOF_WRONG`: the entries do not lead to the root that is signed.
 * - `RECEIPT_MISSING`: a record has no receipt.
 * - `RECORD_CHANGED`: a record is not the one that its entry commits to.
 * - `RECORD_CONTRADICTS`: a record says another thing than its entry; `detail` is which.
 * - `RECORD_MISSING`: an entry says that there is a record, and none is there.
 * - `RECORD_UNREADABLE`: what was recorded is no record.
 * - `RECORD_WITHHELD`: a record is not there, and no record that is there ordered it to be destroyed.
 * - `SESSION_GAP`: an entry of a session names one before it that is not here.
 * - `SIGNATURE_REFUSED`: a signed answer was not signed by the key that it names, or for something else; `detail` is why.
 * - `SOURCE_GAP`: a source has numbered more records than the log has room for, or in another order.
 * - `WITNESSED_CONTRADICTS`: the witnessed checkpoint is not the beginning of this one, or not of this log.
 */
export type FindingCode =
  | "CHECKPOINT_UNVERIFIED"
  | "COUNT_DIFFERS"
  | "ENROLMENT_MISSING"
  | "ENTRY_OUT_OF_PLACE"
  | "LINE_MALFORMED"
  | "PROOF_WRONG"
  | "RECEIPT_MISSING"
  | "RECORD_CHANGED"
  | "RECORD_CONTRADICTS"
  | "RECORD_MISSING"
  | "RECORD_UNREADABLE"
  | "RECORD_WITHHELD"
  | "SESSION_GAP"
  | "SIGNATURE_REFUSED"
  | "SOURCE_GAP"
  | "WITNESSED_CONTRADICTS";

export interface Finding {
  readonly code: FindingCode;
  /** Of the entry, where there is one. */
  readonly index?: number;
  /** Of the two files, from 1. */
  readonly line?: number;
  readonly detail?: string;
}

/** Evidence that is wrong everywhere need not fill the memory: the rest is counted. */
const FINDINGS_MAX = 1000;

export class Findings {
  readonly list: Finding[] = [];
  count = 0;

  add(finding: Finding): void {
    this.count += 1;
    if (this.list.length < FINDINGS_MAX) this.list.push(finding);
  }
}
