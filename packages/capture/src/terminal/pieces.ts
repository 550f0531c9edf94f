import {
  type CastEvent,
  type CastHeader,
  formatCastEvent,
  formatCastHeader,
  parseCast,
} from "./asciicast.ts";

/** Long enough that a quiet hour is few records, short enough that little is lost with a process that is killed. */
const PIECE_US_MAX = 1_000_000;

/** Of the piece's own text, in bytes of UTF-8. */
export const PIECE_BYTES_MAX: number = 256 * 1024;

/** In UTF-16 units: what one event may be, so that one of them always fits into a piece, also where all of it is escaped. */
const EVENT_UNITS_MAX: number = 16 * 1024;

/** A part of a recording that can be read and played by itself: a whole asciicast, with the size that the terminal had. */
export interface Piece {
  /** 0, 1, 2, … without gaps. */
  readonly piece: number;
  /** Since the recording began. Where one ends, the next begins. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes of output that were thrown away before this piece, since nobody took them. */
  readonly droppedBytes: number;
  readonly recording: string;
}

/** Cuts a stream of events into pieces, by time and by size. */
export class PieceCutter {
  readonly #onPiece: (piece: Piece) => void;
  #header: CastHeader;
  #lines: string[] = [];
  #bytes = 0;
  #fromUs = 0;
  #atUs = 0;
  #droppedBytes = 0;
  #next = 0;

  constructor(header: CastHeader, onPiece: (piece: Piece) => void) {
    this.#header = header;
    this.#onPiece = onPiece;
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return this.#header;
  }

  add(event: CastEvent): void {
    for (const part of partsOf(event)) this.#addPart(part);
  }

  /** Also an event of the recording; the pieces after this one begin with the new size. */
  resize(atUs: number, columns: number, rows: number): void {
    this.add({ atUs, code: "r", data: `${columns}x${rows}` });
    this.cut(atUs);
    this.#header = { ...this.#header, columns, rows };
  }

  dropped(bytes: number): void {
    this.#droppedBytes += bytes;
  }

  /** Cuts a piece that is old enough. */
  tick(atUs: number): void {
    if (atUs - this.#fromUs >= PIECE_US_MAX) this.cut(atUs);
  }

  /** Does nothing where there is nothing to give away. */
  cut(atUs: number): void {
    if (this.#lines.length === 0) {
      this.#fromUs = atUs;
      this.#atUs = atUs;
      return;
    }
    const { columns, rows } = this.#header;
    const recording = `${[formatCastHeader(this.#header), ...this.#lines].join("\n")}\n`;
    const piece = {
      columns,
      droppedBytes: this.#droppedBytes,
      fromUs: this.#fromUs,
      piece: this.#next,
      rows,
    };
    this.#next += 1;
    this.#lines = [];
    this.#bytes = 0;
    this.#droppedBytes = 0;
    this.#fromUs = atUs;
    this.#atUs = atUs;
    this.#onPiece({ ...piece, recording, toUs: atUs });
  }

  #addPart(event: CastEvent): void {
    let line = formatCastEvent(event, this.#atUs);
    if (this.#bytes + Buffer.byteLength(line) > PIECE_BYTES_MAX) {
      this.cut(event.atUs);
      line = formatCastEvent(event, this.#atUs);
    }
    this.#lines.push(line);
    this.#bytes += Buffer.byteLength(line) + 1;
    this.#atUs = event.atUs;
    this.tick(event.atUs);
  }
}

/** Never between the two halves of one character. */
function partsOf(event: CastEvent): CastEvent[] {
  const { data } = event;
  if (data.length <= EVENT_UNITS_MAX) return [event];
  const parts: CastEvent[] = [];
  for (let at = 0; at < data.length; ) {
    let end = Math.min(at + EVENT_UNITS_MAX, data.length);
    const last = data.charCodeAt(end - 1);
    if (end < data.length && last >= 0xd800 && last <= 0xdbff) end -= 1;
    parts.push({ ...event, data: data.slice(at, end) });
    at = end;
  }
  return parts;
}

/** The events of one piece, in the time of the whole recording. @throws CaptureError RECORDING_MALFORMED */
export function eventsOf({ fromUs, recording }: Pick<Piece, "fromUs" | "recording">): readonly CastEvent[] {
  return parseCast(recording, fromUs).events;
}
