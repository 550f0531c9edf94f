import type { FrameVisitor } from "@custody/wire/postgres";
import { CopyRun } from "./copy-run.ts";

/** What a client's chunk asks for, in the order of the stream. */
export type Request =
  /** Messages up to a Sync, a Flush or a Query, all decided on before any of them goes on. */
  | { readonly kind: "segment"; readonly messages: readonly Buffer[] }
  | { readonly kind: "copy-data"; readonly run: CopyRun }
  | { readonly kind: "copy-end"; readonly raw: Buffer }
  | { readonly kind: "function-call"; readonly raw: Buffer }
  | { readonly kind: "terminate" }
  | { readonly kind: "violation"; readonly type: string };

/** A client that never sends Sync may not make us hold more than this. What is there is decided on and goes on. */
const SEGMENT_BYTES_MAX = 32 * 1024 * 1024;

/** Gathers the messages of a client into requests. Decides nothing. */
export class RequestGatherer implements FrameVisitor {
  #chunk: Buffer = Buffer.alloc(0);
  #requests: Request[] = [];
  #messages: Buffer[] = [];
  #messagesBytes = 0;
  #run = new CopyRun();

  begin(chunk: Buffer): void {
    this.#chunk = chunk;
  }

  /** The requests that this chunk completed. */
  take(): Request[] {
    this.#endRun();
    const requests = this.#requests;
    this.#requests = [];
    return requests;
  }

  onMessage(type: number, raw: Buffer): void {
    this.#endRun();
    switch (String.fromCharCode(type)) {
      case "P":
      case "B":
      case "D":
      case "E":
      case "C":
        this.#add(raw);
        if (this.#messagesBytes > SEGMENT_BYTES_MAX) this.#endSegment();
        return;
      case "S":
      case "H":
      case "Q":
        this.#add(raw);
        return this.#endSegment();
      case "c":
      case "f":
        return this.#push({ kind: "copy-end", raw });
      case "F":
        return this.#push({ kind: "function-call", raw });
      case "X":
        return this.#push({ kind: "terminate" });
      default:
        return this.#push({ kind: "violation", type: String.fromCharCode(type) });
    }
  }

  onPassed(_type: number, bodyBytes: number, start: number): void {
    this.#run.header(this.#chunk, bodyBytes, start);
  }

  onPayload(_type: number, piece: Buffer): void {
    this.#run.payload(this.#chunk, piece);
  }

  #add(raw: Buffer): void {
    this.#messages.push(raw);
    this.#messagesBytes += raw.length;
  }

  #push(request: Request): void {
    this.#endSegment();
    this.#requests.push(request);
  }

  #endSegment(): void {
    if (this.#messages.length === 0) return;
    this.#requests.push({ kind: "segment", messages: this.#messages });
    this.#messages = [];
    this.#messagesBytes = 0;
  }

  #endRun(): void {
    if (this.#run.isEmpty) return;
    this.#endSegment();
    this.#run.flush(this.#chunk);
    this.#requests.push({ kind: "copy-data", run: this.#run });
    this.#run = new CopyRun();
  }
}

/** Neighbouring messages of one chunk as one piece, so that they go on with one system call. */
export function joinNeighbours(pieces: readonly Buffer[]): Buffer[] {
  const joined: Buffer[] = [];
  for (let at = 0; at < pieces.length; ) {
    const first = pieces[at] as Buffer;
    const { buffer, byteOffset } = first;
    let end = byteOffset + first.length;
    const from = at;
    for (at += 1; at < pieces.length; at += 1) {
      const next = pieces[at] as Buffer;
      if (next.byteOffset !== end || next.buffer !== buffer) break;
      end += next.length;
    }
    joined.push(at === from + 1 ? first : Buffer.from(buffer, byteOffset, end - byteOffset));
  }
  return joined;
}
