import { csv } from "./csv/csv.ts";
import { ecs } from "./ecs/ecs.ts";
import type { SinkEntry } from "./entry.ts";
import { jsonl } from "./jsonl/jsonl.ts";
import { ocsf } from "./ocsf/ocsf.ts";

export type FormatName = "jsonl" | "csv" | "ocsf" | "ecs";

/** A form that another system reads: text, one record a line. Each folder beside this file has one. */
export interface Format {
  readonly name: FormatName;
  /** Of files, without the dot. */
  readonly extension: string;
  /** What stands before the first line; empty, or a whole line. */
  readonly header: string;
  /**
   * A whole line, its end included. No other line break and no control, bidirectional or invisible character stands
   * in it as it is, whatever the record holds: a file may be looked at on a terminal.
   */
  line(entry: SinkEntry): string;
}

export const formats: Readonly<Record<FormatName, Format>> = { csv, ecs, jsonl, ocsf };
