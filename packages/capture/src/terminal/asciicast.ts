import { CaptureError } from "../error.ts";

/**
 * asciicast v3, as asciinema writes and plays it: a line of JSON that is the header, and a line for each event, an array of
 * the seconds since the event before it, a code, and a text. Lines that begin with `#` are comments.
 *
 *     {"version":3,"term":{"cols":80,"rows":24},"timestamp":1504467315}
 *     [0.248,"o","\u001b[1mHello"]
 *
 * See https://docs.asciinema.org/manual/asciicast/v3/
 */
export const CAST_MEDIA_TYPE = "application/x-asciicast";

export interface CastHeader {
  readonly columns: number;
  readonly rows: number;
  /** Seconds since 1970. */
  readonly timestamp?: number;
  /** What TERM said. */
  readonly terminal?: string;
  readonly command?: string;
}

/** `o` output, `i` input, `r` the size as `80x24`, `m` a marker, `x` the exit status. Newer ones may come. */
export type CastCode = "o" | "i" | "r" | "m" | "x";

/** `atUs` is since the recording began: intervals are only in the file. */
export interface CastEvent {
  readonly atUs: number;
  readonly code: string;
  readonly data: string;
}

export interface Cast {
  readonly header: CastHeader;
  readonly events: readonly CastEvent[];
}

/** A line without its end. */
export function formatCastHeader({ columns, command, rows, terminal, timestamp }: CastHeader): string {
  return JSON.stringify({
    version: 3,
    term: { cols: columns, rows, ...(terminal === undefined ? undefined : { type: terminal }) },
    ...(timestamp === undefined ? undefined : { timestamp }),
    ...(command === undefined ? undefined : { command }),
  });
}

/** A line without its end; `sinceUs` is when the event before it was. */
export function formatCastEvent({ atUs, code, data }: CastEvent, sinceUs: number): string {
  const seconds = Math.max(0, atUs - sinceUs) / 1e6;
  return `[${seconds.toFixed(6)},${JSON.stringify(code)},${JSON.stringify(data)}]`;
}

/** Times begin at `fromUs`. @throws CaptureError RECORDING_MALFORMED, which names the line */
export function parseCast(text: string, fromUs = 0): Cast {
  const [first = "", ...lines] = text.split("\n");
  const header = parseHeader(first);
  const events: CastEvent[] = [];
  let atUs = fromUs;
  for (const [index, line] of lines.entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const [interval, code, data] = parseEvent(line, index + 2);
    atUs += Math.round(interval * 1e6);
    events.push({ atUs, code, data });
  }
  return { events, header };
}

function parseHeader(line: string): CastHeader {
  const value = parseJson(line, 1) as {
    version?: unknown;
    term?: { cols?: unknown; rows?: unknown; type?: unknown };
    timestamp?: unknown;
    command?: unknown;
  } | null;
  const { cols, rows, type } = value?.term ?? {};
  if (value?.version !== 3 || !isSize(cols) || !isSize(rows))
    throw malformed(1, "it is no header of asciicast v3");
  const { command, timestamp } = value;
  return {
    columns: cols,
    rows,
    ...(typeof timestamp === "number" ? { timestamp } : undefined),
    ...(typeof type === "string" ? { terminal: type } : undefined),
    ...(typeof command === "string" ? { command } : undefined),
  };
}

function parseEvent(line: string, number: number): readonly [number, string, string] {
  const value = parseJson(line, number);
  if (!Array.isArray(value)) throw malformed(number, "it is no event");
  const [interval, code, data] = value as unknown[];
  const isEvent = typeof interval === "number" && interval >= 0 && Number.isFinite(interval);
  if (!isEvent || typeof code !== "string" || typeof data !== "string")
    throw malformed(number, "it is no event");
  return [interval, code, data];
}

function parseJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw malformed(number, "it is no JSON");
  }
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

function malformed(line: number, why: string): CaptureError {
  return new CaptureError("RECORDING_MALFORMED", `line ${line} of the recording: ${why}`);
}
