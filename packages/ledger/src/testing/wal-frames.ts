import { type Frame, readFrame } from "../wal/frame.ts";
import { SEGMENT_HEADER_BYTES } from "../wal/segment.ts";

/** The frames of one segment's bytes, with the places where they begin and end. */
export function parseFrames(bytes: Buffer): { frame: Frame; begin: number; end: number }[] {
  const number = Number(bytes.readBigUInt64BE(24));
  const frames: { frame: Frame; begin: number; end: number }[] = [];
  for (let begin = SEGMENT_HEADER_BYTES; ; ) {
    const reading = readFrame(bytes, begin, number, undefined);
    if (reading.found !== "frame") return frames;
    frames.push({ frame: reading.frame, begin, end: begin + reading.bytes });
    begin += reading.bytes;
  }
}
