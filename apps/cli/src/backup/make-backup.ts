import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { keptCheckpoints } from "@custody/anchors";
import type { OpenedKeySource } from "@custody/keys";
import {
  type CopyFile,
  copyLedger,
  fileKeySource,
  type KeyOptions,
  readIdentity,
  type VerifyReport,
  verifyLedger,
} from "@custody/ledger";
import type { Config } from "../config/read-config.ts";
import { CliError } from "../error.ts";
import { RECOVERY_FOLDER } from "../keys/recovery.ts";
import { inspectRecord, listBlobs } from "../recorder/inspect-record.ts";
import { type Manifest, writeDurably, writeManifest } from "./manifest.ts";
import { readOutside } from "./outside-files.ts";

export interface BackupOptions {
  readonly data: string;
  readonly to: string;
  /** Its file and its policy's are copied too; undefined when there is none. */
  readonly config: Config | undefined;
  readonly withKey: boolean;
  /** Where the key of the ledger in a directory is found: of the original, and of what becomes its copy. */
  readonly keysOf: (directory: string) => Promise<OpenedKeySource>;
  readonly version: string;
  readonly onProgress: (text: string) => void;
}

export interface Backup {
  readonly manifest: Manifest;
  readonly report: VerifyReport;
  /** A password stood in custody.yaml, and was left out. */
  readonly isRedacted: boolean;
  /** How often the master key had been rotated, and one. */
  readonly keyGeneration: number;
}

/**
 * Copies ledger and configuration, verifies the copy, and only then says in `backup.json` that it is a backup.
 *
 * Left out on purpose: `local.token` and `server.json`, which belong to the running server; the index and the hints,
 * which are made again; and the master key, unless it is asked for. A key that is sealed, or encrypted for recovery, comes
 * along: it is of no use to whoever has only the backup.
 *
 * @throws CliError FILE_UNUSABLE
 */
export async function makeBackup(options: BackupOptions): Promise<Backup> {
  refuseUnfit(options.data, options.to);
  try {
    return await copyAndVerify(options);
  } catch (cause) {
    // What the ledger and the command say for themselves is left as it is; the rest is the system's, about the copy.
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    const what = `the backup cannot be written into ${options.to}: ${(cause as Error).message}`;
    const advice = "make space, or choose another place; what is there now is no backup";
    throw new CliError("FILE_UNUSABLE", what, advice, { cause });
  }
}

async function copyAndVerify(options: BackupOptions): Promise<Backup> {
  const { data, keysOf, to, withKey, version, onProgress } = options;
  const keys = await keysOf(data);
  const outside = readOutside(data);
  const copy = await copyLedger({
    ...keys,
    directory: data,
    onProgress: (files, of) => onProgress(`${files} of ${of} files copied`),
    to,
  });
  const { files: extra, isRedacted } = await copyConfiguration(to, options.config);
  const sealed = await copyIfThere(data, to, "keys", "sealed");
  extra.push(...sealed, ...(await copyRecovery(data, to)));
  for (const { bytes, folder, name } of outside) extra.push(await addFile(to, folder, name, bytes));
  if (withKey) extra.push(await writeKey(keys, to));
  const report = await verifyLedger({
    ...(await keysForCopy(options, keys, sealed.length > 0)),
    directory: to,
    inspect: inspectRecord,
    listBlobs,
    kept: await keptCheckpoints(to),
    onProgress: (checked, size) => onProgress(`${checked} of ${size} entries of the copy checked`),
  });
  const { origin, copiedAtMs, files } = copy;
  const { root, size } = report;
  const time = new Date(copiedAtMs).toISOString();
  const manifest = { v: 1, time, version, origin, size, root, withKey, files: [...files, ...extra] } as const;
  if (report.ok) await writeManifest(to, manifest);
  const { keyGeneration = 0 } = (await readIdentity(to)) ?? {};
  return { isRedacted, keyGeneration, manifest, report };
}

/** What is in the copy has to open it: a key that was rotated meanwhile does not. */
async function keysForCopy(
  { keysOf, to, withKey }: BackupOptions,
  keys: OpenedKeySource,
  hasSealed: boolean,
): Promise<KeyOptions> {
  if (withKey) return { keySource: fileKeySource(join(to, "keys/master.key")) };
  return hasSealed ? keysOf(to) : keys;
}

function refuseUnfit(data: string, to: string): void {
  const inside = relative(resolve(data), resolve(to));
  if (inside === "" || !inside.startsWith(".."))
    throw new CliError("FILE_UNUSABLE", `${to} is inside the data directory`, "name a directory elsewhere");
  let names: string[] = [];
  try {
    names = readdirSync(to);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT")
      throw new CliError(
        "FILE_UNUSABLE",
        `${to} cannot be used`,
        "name a directory that is absent or empty",
        {
          cause,
        },
      );
  }
  if (names.length > 0)
    throw new CliError("FILE_UNUSABLE", `${to} is not empty`, "name a directory that is absent or empty");
}

async function copyConfiguration(
  to: string,
  config: Config | undefined,
): Promise<{ files: CopyFile[]; isRedacted: boolean }> {
  if (config?.file === undefined) return { files: [], isRedacted: false };
  const text = readFileSync(config.file, "utf8");
  const safe = withoutPasswords(text);
  const files = [await addFile(to, "config", "custody.yaml", Buffer.from(safe))];
  for (const policy of [config.policy, config.witnesses?.policy])
    if (policy !== undefined) files.push(await addFile(to, "config", basename(policy), readFileSync(policy)));
  return { files, isRedacted: safe !== text };
}

/** A password may stand in the file for a database on loopback; it has no business in a backup. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/(postgres(?:ql)?:\/\/[^\s:/@"']*:)[^\s"']+@/g, "$1REDACTED@");
}

/** In the form of a master key file, wherever it is kept. */
async function writeKey({ keySource }: OpenedKeySource, to: string): Promise<CopyFile> {
  const key = await keySource.read();
  if (key !== undefined) return addFile(to, "keys", "master.key", Buffer.from(`${key.toString("hex")}\n`));
  const what = `the master key (${keySource.description}) cannot be copied, since it is missing`;
  throw new CliError("FILE_UNUSABLE", what, "leave out --with-key");
}

async function copyIfThere(data: string, to: string, folder: string, name: string): Promise<CopyFile[]> {
  const path = join(data, folder, name);
  return existsSync(path) ? [await addFile(to, folder, name, readFileSync(path))] : [];
}

async function copyRecovery(data: string, to: string): Promise<CopyFile[]> {
  const folder = join(data, RECOVERY_FOLDER);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".age")) : [];
  const copied = names.sort().map((name) => copyIfThere(data, to, RECOVERY_FOLDER, name));
  return (await Promise.all(copied)).flat();
}

async function addFile(to: string, folder: string, name: string, bytes: Buffer): Promise<CopyFile> {
  mkdirSync(join(to, folder), { mode: 0o700, recursive: true });
  await writeDurably(join(to, folder), name, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { bytes: bytes.length, path: `${folder}/${name}`, sha256 };
}
