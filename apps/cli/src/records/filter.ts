import type { Level } from "@custody/domain";
import type { LedgerReader, ReadEntry } from "@custody/ledger";
import { parseDuration } from "../config/duration.ts";
import { CliError } from "../error.ts";
import type { IndexedRecord } from "./indexed-record.ts";

/** What `custody log` can be asked for; all that is given must fit. */
export interface FilterOptions {
  readonly session?: string;
  readonly type?: string;
  readonly target?: string;
  readonly level?: string;
  readonly since?: string;
  readonly search?: string;
}

type Envelope = ReadEntry["envelope"];

/** Two looks at an entry: the first at the envelope alone, which costs no decryption. */
export interface RecordFilter {
  mayMatch(envelope: Envelope): boolean;
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
  const sinceMs = options.since === undefined ? 0 : sinceOf(options.since, nowMs);
  const lowest = options.level === undefined ? 0 : levelOf(options.level);
  return {
    matches: (record, payload) =>
      LEVELS.indexOf(record.level) >= lowest &&
      (target === undefined || record.target?.name === target) &&
      (search === undefined || contains(payload, search)),
    mayMatch: ({ ses, t, ts }) =>
      ts >= sinceMs && (type?.test(t) ?? true) && (reference === undefined || ses === reference),
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

function sinceOf(text: string, nowMs: number): number {
  const ago = parseDuration(text);
  const time = ago === undefined ? Date.parse(text) : nowMs - ago;
  if (Number.isNaN(time))
    throw new CliError("USAGE", `--since ${text} is no time`, "write 10m, 2h, or 2026-01-31T12:00:00Z");
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
