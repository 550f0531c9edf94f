import { resolve } from "node:path";
import { escapeText } from "@custody/messages";
import { makeBackup } from "../backup/make-backup.ts";
import { dataDirectoryToRead, meantConfig } from "../config/data-directory.ts";
import type { Config } from "../config/read-config.ts";
import { noteKeyCopy } from "../keys/key-copy.ts";
import { keyOptionsFor, keyOptionsOf } from "../keys/key-options.ts";
import type { CommandContext } from "./context.ts";

export interface BackupCommandOptions {
  readonly config?: string;
  readonly withKey?: boolean;
}

/** Makes a copy of the ledger that `verify` agrees with, with or without a server running on it. */
export async function backup(
  context: CommandContext,
  directory: string,
  options: BackupCommandOptions,
): Promise<number> {
  const { environment, isJson, output } = context;
  const data = dataDirectoryToRead(environment, { config: options.config, data: context.data });
  const to = resolve(environment.workingDirectory, directory);
  const withKey = options.withKey === true;
  const config = configOf(context, options.config, data);
  const keysOf = (directory: string) =>
    directory === data ? keyOptionsFor(context, data) : keyOptionsOf(config, directory, environment);
  const { keyGeneration, manifest, report, isRedacted } = await makeBackup({
    config,
    data,
    keysOf,
    onProgress: output.progress,
    to,
    version: environment.version,
    withKey,
  });
  output.progress("");
  if (withKey && report.ok) noteKeyCopy(data, { generation: keyGeneration, time: manifest.time });
  const { files, ...said } = manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const { findings, ok } = report;
  if (isJson) output.json({ ok, directory: to, ...said, files: files.length, bytes, findings });
  else if (ok) output.line(escapeText(`ok: ${said.size} entries in ${to}, root ${said.root}`));
  else {
    output.line(escapeText(`NOT OK: the copy in ${to} is not right, as the ledger may not be:`));
    for (const { file, message, code } of findings) output.line(escapeText(`${file}: ${message} (${code})`));
  }
  for (const line of hints(withKey, isRedacted, report.decrypted)) output.hint(`custody: ${line}`);
  return ok ? 0 : 1;
}

/** A configuration that belongs to another data directory has no place in this backup, and one that is broken may not
 * stand in the way of it. */
function configOf(
  { data: directory, environment }: CommandContext,
  named: string | undefined,
  data: string,
): Config | undefined {
  try {
    const silent = { ...environment, hint: () => {} };
    const config = meantConfig(silent, { config: named, data: directory });
    return named !== undefined || config.data === data ? config : undefined;
  } catch (error) {
    if (named !== undefined) throw error;
    return undefined;
  }
}

function* hints(withKey: boolean, isRedacted: boolean, isDecrypted: boolean): Generator<string> {
  if (withKey)
    yield "THE MASTER KEY IS IN THIS BACKUP: whoever has the backup can read every record, and sign. Keep it as safe as the original.";
  else
    yield "THE MASTER KEY IS NOT IN THIS BACKUP: without it nobody can ever read what is here. Keep a recovery copy of it somewhere else (custody keys export), or use --with-key.";
  if (isRedacted) yield "passwords in custody.yaml were left out of config/custody.yaml";
  if (!isDecrypted) yield "without the master key, the records themselves were not opened";
}
