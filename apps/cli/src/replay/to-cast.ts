import { type CastEvent, formatCastHeader } from "@custody/capture/terminal";
import type { RecordMark, SessionRecording } from "./session-recording.ts";

/**
 * The whole recording as one asciicast v3, a value for each line. What was recorded of the session meanwhile is in it as
 * markers, by the records' ids; the times of those are Custody's.
 */
export async function* castLines(recording: SessionRecording): AsyncGenerator<unknown, void, undefined> {
  yield JSON.parse(formatCastHeader(recording.header));
  const marks = [...recording.marks];
  let atUs = 0;
  const line = (event: CastEvent) => {
    const seconds = Math.max(0, event.atUs - atUs) / 1e6;
    atUs = Math.max(atUs, event.atUs);
    return [seconds, event.code, event.data];
  };
  for await (const event of recording.events()) {
    while ((marks[0]?.atUs ?? Number.POSITIVE_INFINITY) <= event.atUs)
      yield line(markerOf(marks.shift() as RecordMark));
    yield line(event);
  }
  for (const mark of marks) yield line(markerOf(mark));
}

function markerOf({ atUs, record }: RecordMark): CastEvent {
  return { atUs, code: "m", data: `${record.type} ${record.id}` };
}
