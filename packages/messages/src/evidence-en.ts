/** The English texts of the page in an evidence folder, which stands by itself. */
export const evidenceEn = {
  "evidence.title": "Evidence of one session",
  "evidence.session": "Session",
  "evidence.log": "Log",
  "evidence.size": "Entries in the log",
  "evidence.records": "Records",
  "evidence.made": "Made",
  "evidence.unreadable": "The data in this file cannot be read: it was cut short or changed",
  "evidence.checking": "Checking… {done} of {count}",
  "evidence.ok.one": "The {count} record is as it was recorded",
  "evidence.ok.other": "All {count} records are as they were recorded",
  "evidence.ok-part": "The first {count} of {total} records are as they were recorded",
  "evidence.if-key": "{verdict}, if the key below is the log's",
  "evidence.bad.one": "NOT in order: {count} finding",
  "evidence.bad.other": "NOT in order: {count} findings",
  "evidence.key-missing": "NOT in order: the key is no verifier key",
  "evidence.key": "The log's key",
  "evidence.key-unknown":
    "This key came with the file, and whoever made the file could have put another one here, with a whole log to fit. Compare it with the key that you got from the log's operator by another way.",
  "evidence.key-given": "Checked with the key that you gave, not the one in this file.",
  "evidence.key-label": "The key that you got by another way",
  "evidence.key-check": "Check with this key",
  "evidence.findings": "What is wrong",
  "evidence.notes": "What to know",
  "evidence.part":
    "This page holds the first {count} of {total} records. `custody check FOLDER --key KEY` checks all of them.",
  "evidence.destroyed.one": "{count} record was destroyed since; that it was made is still proved.",
  "evidence.destroyed.other": "{count} records were destroyed since; that they were made is still proved.",
  "evidence.signed.one":
    "{count} answer of a person is signed by a key that they enrolled: whoever writes the log could not have made it.",
  "evidence.signed.other":
    "{count} answers of people are signed by keys that they enrolled: whoever writes the log could not have made them.",
  "evidence.governance.one":
    "{count} record is not of the session itself: rules that were in force, or an order to destroy records.",
  "evidence.governance.other":
    "{count} records are not of the session itself: rules that were in force, or orders to destroy records.",
  "evidence.restarts.one":
    "The writer was started anew {count} time during the session. Whether a record is missing right there, the links between records cannot tell.",
  "evidence.restarts.other":
    "The writer was started anew {count} times during the session. Whether a record is missing right there, the links between records cannot tell.",
  "evidence.first-restart": "The first time was before entry {index}.",
  "evidence.witnessed":
    "The log's checkpoint of size {size} was signed by others as well ({names}), and this one goes on from it. Their signatures take their keys, and are not checked here.",
  "evidence.outside": "With the folder came, from outside of the log's machine: {names}.",
  "evidence.no-outside":
    "Nothing from outside of the log's own machine supports this: whoever has the log's signing key could have written another history.",
  "evidence.open-end":
    "A log that is whole is not thereby complete: what never passed through Custody is not in it, and what came after the last record here would not be missed.",
  "evidence.page-too":
    "This page came with the evidence, and is as good as whoever sent it. `custody check`, installed by you, depends on neither.",
  "evidence.list": "Records, oldest first",
  "evidence.pages": "Pages of the list",
  "evidence.previous": "Previous",
  "evidence.next": "Next",
  "evidence.range": "{first} to {last} of {count}",
  "evidence.entry": "Entry {index}",
  "evidence.state.recorded": "as recorded",
  "evidence.state.unproved": "not proved",
  "evidence.state.destroyed": "destroyed",
  "evidence.state.changed": "CHANGED",
  "evidence.record": "What was recorded, laid out for reading",
  "evidence.record-destroyed":
    "The record was destroyed. Its entry in the log still says when it was made, and of what type.",
  "evidence.record-changed": "What stands here is not what was recorded, so it is not shown.",
  "evidence.finding.CHECKPOINT_UNVERIFIED": "The checkpoint is not signed by this key, or is of another log",
  "evidence.finding.COUNT_DIFFERS": "The folder says of itself that it holds another number of records",
  "evidence.finding.ENROLMENT_MISSING":
    "Entry {index} is signed by a key whose enrolment is not here, or is somebody else's",
  "evidence.finding.ENTRY_OUT_OF_PLACE":
    "Entry {index} names another entry before it than the one that is there",
  "evidence.finding.LINE_MALFORMED": "Line {line} of the receipts cannot be read",
  "evidence.finding.PROOF_WRONG": "The entries do not lead to the root that the log has signed",
  "evidence.finding.RECEIPT_MISSING": "Line {line} of the records has no receipt",
  "evidence.finding.RECORD_CHANGED": "The record of entry {index} is not the one that was recorded",
  "evidence.finding.RECORD_CONTRADICTS": "The record of entry {index} contradicts its entry: {detail}",
  "evidence.finding.RECORD_MISSING": "The record of entry {index} is missing",
  "evidence.finding.RECORD_UNREADABLE": "What was recorded as entry {index} is no record",
  "evidence.finding.RECORD_WITHHELD":
    "The record of entry {index} is not here, and no record here ordered it to be destroyed",
  "evidence.finding.SESSION_GAP": "A record of the session is missing before entry {index}",
  "evidence.finding.SIGNATURE_REFUSED": "The answer of entry {index} is not signed as it says: {detail}",
  "evidence.finding.SOURCE_GAP":
    "Before entry {index}, records were numbered that are not in the log, or in another order",
  "evidence.finding.WITNESSED_CONTRADICTS":
    "The checkpoint that others signed is not the beginning of this one",
} as const;
