import { type CastEvent, type CastHeader, eventsOf, parseCast } from "@custody/capture/terminal";
import { type LedgerReader, parseBlobReference } from "@custody/ledger";
import { CliError } from "../error.ts";
import { recordFilter } from "../records/filter.ts";
import type { IndexedRecord } from "../records/indexed-record.ts";
import { selectRange } from "../records/select.ts";

/** A record of the session, by when in the recording it was made. */
export interface RecordMark {
  readonly atUs: number;
  readonly record: IndexedRecord;
}

/** What a session's terminal showed, as the ledger has it. */
export interface SessionRecording {
  readonly header: CastHeader;
  /** Read piece by piece, so that the longest one takes no more memory than the shortest. */
  events(): AsyncGenerator<CastEvent, void, undefined>;
  readonly marks: readonly RecordMark[];
  /** Numbers of pieces that are not there. */
  readonly missing: readonly number[];
}

/** @throws CliError NOT_FOUND */
export async function sessionRecording(reader: LedgerReader, session: string): Promise<SessionRecording> {
  const filter = recordFilter({ session }, reader, Date.now());
  const { records } = await selectRange(reader, filter, 0, reader.size);
  const pieces = recordedPieces(records);
  const [first] = pieces;
  if (first === undefined)
    throw new CliError(
      "NOT_FOUND",
      `there is no recording of a session ${session}`,
      "look for one with `custody log --type terminal.recorded`",
    );
  // A record is made after what it is of, so the earliest of these beginnings is the nearest to the truth.
  const startUs = Math.min(...pieces.map((record) => timeUs(record.time) - detail(record, "toUs")));
  const marks = records
    .filter(({ type }) => type !== "terminal.recorded" && !/\.(requested|answered)$/.test(type))
    .map((record) => ({ atUs: Math.max(0, timeUs(record.time) - startUs), record }));
  return {
    async *events() {
      for (const record of pieces) yield* eventsOf(await pieceOf(reader, record));
    },
    header: parseCast((await pieceOf(reader, first)).recording).header,
    marks,
    missing: missingNumbers(pieces.map((record) => detail(record, "piece"))),
  };
}

/** In their order, and each once: one that was sent again when Custody was killed in between may be on record twice. */
function recordedPieces(records: readonly IndexedRecord[]): IndexedRecord[] {
  const byNumber = new Map<number, IndexedRecord>();
  for (const record of records) {
    const number = detail(record, "piece");
    if (record.type === "terminal.recorded" && !byNumber.has(number)) byNumber.set(number, record);
  }
  return [...byNumber].sort(([left], [right]) => left - right).map(([, record]) => record);
}

function missingNumbers(numbers: readonly number[]): number[] {
  const present = new Set(numbers);
  return Array.from({ length: (numbers.at(-1) ?? -1) + 1 }, (_, number) => number).filter(
    (number) => !present.has(number),
  );
}

async function pieceOf(
  reader: LedgerReader,
  record: IndexedRecord,
): Promise<{ readonly fromUs: number; readonly recording: string }> {
  const body = record.blobs?.find(({ role }) => role === "recording");
  const chunks: Buffer[] = [];
  if (body !== undefined)
    for await (const chunk of reader.blob(parseBlobReference(body.digest))) chunks.push(Buffer.from(chunk));
  return { fromUs: detail(record, "fromUs"), recording: Buffer.concat(chunks).toString("utf8") };
}

function detail({ details }: IndexedRecord, name: string): number {
  const value = details?.[name];
  return typeof value === "number" ? value : 0;
}

/** Of RFC 3339 with microseconds, as records have it. */
function timeUs(time: string): number {
  return Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26));
}
