import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { type Document, isSeq, parseDocument, type YAMLMap } from "yaml";
import { readConfig } from "../config/read-config.ts";
import { CliError } from "../error.ts";

export interface NewTarget {
  readonly name: string;
  readonly kind: "postgres";
  readonly listen: string;
  readonly upstream: { readonly env: string } | { readonly file: string };
  readonly environment: string;
}

const NEW_FILE =
  "# Custody's configuration; docs/configuration.md says what else can stand here.\ntargets: []\n";

/**
 * Writes the target behind those that custody.yaml has, or a new file. Comments and order stay as they are; the file
 * is replaced as a whole, and only by one that can be read.
 *
 * @throws CliError FILE_UNUSABLE, CONFIG_INVALID
 */
export function addTarget(path: string, target: NewTarget): void {
  try {
    replace(path, target);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const what = `${path} cannot be written: ${(cause as Error).message}`;
    throw new CliError("FILE_UNUSABLE", what, "check its permissions and those of its folder", { cause });
  }
}

function replace(path: string, target: NewTarget): void {
  const isThere = existsSync(path);
  const file = isThere ? realpathSync(path) : path;
  const text = withTarget(isThere ? readFileSync(file, "utf8") : NEW_FILE, target);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { flag: "wx" });
    readConfig(dirname(file), draft);
    if (isThere) keepOwner(file, draft);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** The text of a custody.yaml with one target more. */
export function withTarget(text: string, target: NewTarget): string {
  const document: Document = parseDocument(text);
  const { environment, kind, listen, name, upstream } = target;
  const node = document.createNode({ name, kind, listen, upstream, environment }) as YAMLMap;
  (node.get("upstream", true) as unknown as YAMLMap).flow = true;
  const targets = document.get("targets");
  if (isSeq(targets)) {
    if (targets.items.length === 0) targets.flow = false;
    targets.add(node);
  } else document.set("targets", document.createNode([node]));
  const result = document.toString({ ...styleOf(text), lineWidth: 0 });
  return text.includes("\r\n") ? result.replaceAll("\n", "\r\n") : result;
}

/** The writer lays out the whole file, so it is told how this one is laid out. */
function styleOf(text: string): { indent: number; indentSeq: boolean; flowCollectionPadding: boolean } {
  const indents = [...text.matchAll(/^( +)[^\s#]/gm)].map(([, spaces = ""]) => spaces.length);
  const indent = Math.min(...indents.filter((width) => width > 1), 8);
  return {
    flowCollectionPadding: !/[[{]\S/.test(text.replaceAll(/\[\]|\{\}/g, "")),
    indent: indents.length === 0 ? 2 : indent,
    indentSeq: !/^\w[^\n#]*:[^\S\n]*(#[^\n]*)?\r?\n(?:#[^\n]*\n|[^\S\n]*\n)*- /m.test(text),
  };
}

function keepOwner(file: string, draft: string): void {
  const { gid, mode, uid } = statSync(file);
  chmodSync(draft, mode & 0o777);
  if (process.getuid?.() === 0) chownSync(draft, uid, gid);
}
