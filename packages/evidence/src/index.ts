/**
 * What an evidence folder holds, and how it is checked. Nothing here is of Node, so that the command and the page of the
 * folder itself say the same. Start reading at `evidence-checker.ts`.
 */
export type { CheckedRecord, Evidence, EvidenceReport } from "./evidence-checker.ts";
export { EvidenceChecker } from "./evidence-checker.ts";
export type { Finding, FindingCode } from "./finding.ts";
export type { FolderNames, Manifest } from "./folder.ts";
export { folderNames, parseManifest } from "./folder.ts";
export { contradiction, readRecord } from "./read-record.ts";
export { formatReceiptLine } from "./receipt-line.ts";
export type { Witnessed, WitnessedVerdict } from "./witnessed.ts";
