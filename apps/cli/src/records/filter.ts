import type { Level } from "@custody/domain";
import type { LedgerReader, ReadEntry } from "@custody/ledger";
import { parseDuration } from "../config/duration.ts";
import { CliError } from "../error.ts";
import type { IndexedRecord } from "./indexed-record.ts";

/** What `custody log` and `custody export` can be asked for; all that is given must fit. */
export interface FilterOptions {
  readonly session?: string;
  readonly type?: string;
  readonly target?: string;
  readonly level?: string;
  readonly since?: string;
  readonly until?: string;
  readonly search?: string;
}

type Envelope = ReadEntry["envelope"];

/** Three looks at an entry, each dearer: at the envelope alone, at the bytes of the record, and at what they say. */
export interface RecordFilter {
  mayMatch(envelope: Envelope): boolean;
  /** Never says no to what `matches`: it looks for pieces that the record's canonical JSON must have. */
  mayContain(payload: Buffer): boolean;
  matches(record: IndexedRecord, payload: Buffer): boolean;
  /** Nothing older is asked for, in milliseconds. */
  readonly sinceMs: number;
}

const LEVELS: readonly Level[] = ["debug", "info", "warning", "error", "critical"];

/** @throws CliError USAGE */
export function recordFilter(options: FilterOptions, reader: LedgerReader, nowMs: number): RecordFilter {
  const { session, target, search } = options;
  const reference = session === undefined ? undefined : reader.reference("session", session);
  const type = options.type === undefined ? undefined : typePattern(options.type);
  const sinceMs = options.since === undefined ? 0 : momentOf("--since", options.since, nowMs);
  const untilMs =
    options.until === undefined ? Number.POSITIVE_INFINITY : momentOf("--until", options.until, nowMs);
  const lowest = options.level === undefined ? 0 : levelOf(options.level);
  const named = target === undefined ? undefined : Buffer.from(`"name":${JSON.stringify(target)}`);
  return {
    mayContain: (payload) => named === undefined || payload.includes(named),
    matches: (record, payload) =>
      LEVELS.indexOf(record.level) >= lowest &&
      (target === undefined || record.target?.name === target) &&
      (search === undefined || contains(payload, search)),
    mayMatch: ({ ses, t, ts }) =>
      ts >= sinceMs &&
      ts < untilMs &&
      (type?.test(t) ?? true) &&
      (reference === undefined || ses === reference),
    sinceMs,
  };
}

/** `db.statement` is everything that begins so, word by word; with a star it is a pattern: `db.*.denied`. */
function typePattern(text: string): RegExp {
  if (!/^[a-z0-9.*-]+$/.test(text))
    throw new CliError(
      "USAGE",
      `--type ${text} is no record type`,
      "write for example db.statement.denied or db.*",
    );
  const escaped = text.replaceAll(".", "\\.").replaceAll("*", ".*");
  return new RegExp(text.includes("*") ? `^${escaped}$` : `^${escaped}(\\.|$)`);
}

/** RFC 3339, or a part of it from the left: a day, or a time of this machine's zone. */
const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/** In milliseconds. @throws CliError USAGE */
export function momentOf(option: string, text: string, nowMs: number): number {
  const ago = parseDuration(text);
  if (ago !== undefined) return nowMs - ago;
  // `Date.parse` alone would take "+1+1" for a day in 2001.
  const time = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new CliError("USAGE", `${option} ${text} is no time`, "write 10m, 2h, or 2026-01-31T12:00:00Z");
  return time;
}

function levelOf(text: string): number {
  const at = LEVELS.indexOf(text as Level);
  if (at === -1)
    throw new CliError("USAGE", `--level ${text} is no level`, `choose one of ${LEVELS.join(", ")}`);
  return at;
}

/** Looks for the text as people see it; in the payload it stands in its JSON form. */
function contains(payload: Buffer, search: string): boolean {
  const text = payload.toString("utf8").toLowerCase();
  return text.includes(JSON.stringify(search).slice(1, -1).toLowerCase());
}
