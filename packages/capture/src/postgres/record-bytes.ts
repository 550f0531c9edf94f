import { CaptureError } from "../error.ts";
import type { Step } from "./segment.ts";

/** What the records of one segment may take together; they are made, and wait for the ledger, all at once. */
const RECORD_BYTES_MAX = 64 * 1024 * 1024;

/** A requested and a final record, without the statement's text. */
const RECORDS_BYTES = 2400;

/**
 * Few bytes can ask for many records: a long statement prepared once and executed ten thousand times, or a string of
 * sixty thousand ENDs. Nothing of such a segment goes on. @throws CaptureError STATEMENT_TOO_LONG
 */
export function checkRecordBytes(steps: readonly Step[]): void {
  let bytes = 0;
  for (const { executions } of steps) {
    for (const { classified } of executions) bytes += RECORDS_BYTES + 2 * classified.text.length;
  }
  if (bytes <= RECORD_BYTES_MAX) return;
  const message = `the records of one segment would take ${bytes} bytes, at most ${RECORD_BYTES_MAX} are made at once: send fewer statements before each Sync`;
  throw new CaptureError("STATEMENT_TOO_LONG", message);
}
