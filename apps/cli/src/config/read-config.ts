import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { CliError } from "../error.ts";
import { describeIssue } from "./issue.ts";
import type { AnchorConfig } from "./outside-schema.ts";
import { configSchema, type ParsedConfig, type WitnessesConfig } from "./schema.ts";

/** A configuration whose paths are absolute. */
export interface Config extends ParsedConfig {
  /** The folder that relative paths started from. */
  readonly folder: string;
  /** The file it came from; undefined when there is none, and all is default. */
  readonly file: string | undefined;
}

const DEFAULT_FILE = "custody.yaml";

/**
 * Reads the file that was named, or `./custody.yaml`; without either, everything is default.
 *
 * @throws CliError CONFIG_INVALID, with file, line and key
 */
export function readConfig(workingDirectory: string, named?: string): Config {
  const file = resolve(workingDirectory, named ?? DEFAULT_FILE);
  const text = readText(file, named === undefined);
  return text === undefined
    ? absolute(configSchema.parse({}), workingDirectory, undefined)
    : absolute(parseConfig(text, file), dirname(file), file);
}

/** A missing file is an error only when somebody named it. */
function readText(file: string, mayBeMissing: boolean): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (mayBeMissing && (cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CliError("CONFIG_INVALID", `${file} cannot be read`, "name another file with --config", {
      cause,
    });
  }
}

function parseConfig(text: string, file: string): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    throw invalid(`${file}:${line}`, `it is no YAML: ${problem.message}`);
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  const { path, what } = describeIssue(result.error.issues, value);
  const line = lineOf(document, lines, path);
  throw invalid(line === undefined ? file : `${file}:${line}`, what);
}

/** The line of the key, or of the nearest thing around it that is in the file. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function absolute(config: ParsedConfig, folder: string, file: string | undefined): Config {
  const { anchors, data, policy, timestamps, witnesses, ...rest } = config;
  return {
    ...rest,
    anchors: anchors.map((anchor) => absoluteAnchor(anchor, folder)),
    data: resolve(folder, data),
    ...(policy === undefined ? {} : { policy: resolve(folder, policy) }),
    ...(witnesses === undefined ? {} : { witnesses: absoluteWitnesses(witnesses, folder) }),
    ...(timestamps === undefined
      ? {}
      : { timestamps: { ...timestamps, roots: resolve(folder, timestamps.roots) } }),
    file,
    folder,
  };
}

function absoluteAnchor(anchor: AnchorConfig, folder: string): AnchorConfig {
  if (anchor.kind === "git") return { ...anchor, repository: resolve(folder, anchor.repository) };
  return anchor.kind === "file" ? { ...anchor, folder: resolve(folder, anchor.folder) } : anchor;
}

function absoluteWitnesses({ ca, policy, ...rest }: WitnessesConfig, folder: string): WitnessesConfig {
  return {
    ...rest,
    ...(ca === undefined ? {} : { ca: resolve(folder, ca) }),
    policy: resolve(folder, policy),
  };
}

function invalid(place: string, what: string): CliError {
  return new CliError("CONFIG_INVALID", `${place}: ${what}`, "correct it, see docs/configuration.md");
}
