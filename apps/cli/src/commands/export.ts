import { resolve } from "node:path";
import { type FormatName, formats } from "@custody/sinks";
import { exportBundle } from "../bundle/export-bundle.ts";
import { CliError } from "../error.ts";
import { exportLines } from "../export/export-lines.ts";
import { exportLog } from "../export/export-log.ts";
import { FILTERS, type Summary } from "../export/summary.ts";
import type { FilterOptions } from "../records/filter.ts";
import type { CommandContext } from "./context.ts";

export interface ExportOptions
  extends Pick<FilterOptions, "session" | "since" | "target" | "type" | "until"> {
  readonly bundle?: string;
  readonly format?: string;
  readonly output?: string;
  readonly force?: boolean;
}

/** What would narrow evidence, or put it elsewhere. */
const NOT_WITH_BUNDLE = ["format", "output", "since", "until", "type", "target", "force"] as const;

const NAMES: readonly string[] = ["tlog", ...Object.keys(formats).sort()];

/** Writes what the ledger holds to a file or a directory, in a form that other programs, or an auditor, can read. */
export async function exportRecords(context: CommandContext, options: ExportOptions): Promise<number> {
  if (options.bundle !== undefined) return await exportEvidence(context, options, options.bundle);
  const { format = "jsonl", output: name } = options;
  if (name === undefined) throw usage("-o, --output is missing", "name a file, or --bundle with a directory");
  if (!NAMES.includes(format))
    throw usage(`--format ${format} is unknown`, `choose one of ${NAMES.join(", ")}`);
  const isStream = name === "-";
  if (name === "") throw usage("-o is empty", "name a file, or - for standard output");
  const path = resolve(context.environment.workingDirectory, name);
  if (format === "tlog") {
    checkLogOptions(options, isStream);
    report(context, await exportLog(context, path));
    return 0;
  }
  if (isStream && context.isJson)
    throw usage("--json and -o - both want standard output", "name a file, or leave --json out");
  const summary = await exportLines(context, formats[format as FormatName], options, isStream ? null : path);
  if (!isStream) report(context, summary);
  return 0;
}

async function exportEvidence(
  context: CommandContext,
  options: ExportOptions,
  bundle: string,
): Promise<number> {
  const { environment, isJson, output } = context;
  const { session } = options;
  const other = NOT_WITH_BUNDLE.find((each) => options[each] !== undefined);
  if (other !== undefined)
    throw usage(
      `--${other} does not go with --bundle`,
      "evidence is of one session, and of all of it; leave it out",
    );
  if (session === undefined || session === "")
    throw usage("--session is missing", "evidence is of one session: --session ID --bundle DIR");
  if (bundle === "") throw usage("--bundle is empty", "name a directory that is empty or does not exist");
  const summary = await exportBundle(context, session, resolve(environment.workingDirectory, bundle));
  if (isJson) output.json(summary);
  else {
    output.hint(
      `custody: ${summary.records} records of session ${session}, and what proves them, in ${summary.path}`,
    );
    output.hint("custody: whoever gets it must have the key by another way: custody keys verifier");
  }
  return 0;
}

/** A log with holes proves nothing, and a directory that grows together from two exports neither. */
function checkLogOptions(options: ExportOptions, isStream: boolean): void {
  const filter = FILTERS.find((each) => options[each] !== undefined);
  if (filter !== undefined)
    throw usage(`--${filter} does not go with tlog`, "a log is exported whole; leave it out");
  if (isStream) throw usage("tlog is a directory", "name one that is empty or does not exist");
  if (options.force) throw usage("--force does not go with tlog", "name another directory, or empty it");
}

function report({ isJson, output }: CommandContext, summary: Summary): void {
  if (isJson) output.json(summary);
  else output.hint(`custody: ${summary.records} records, ${summary.bytes} bytes, in ${summary.path}`);
}

function usage(what: string, advice: string): CliError {
  return new CliError("USAGE", what, advice);
}
