import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { type CopyFile, copyLedger, fileKeySource, type VerifyReport, verifyLedger } from "@custody/ledger";
import type { Config } from "../config/read-config.ts";
import { CliError } from "../error.ts";
import { inspectRecord } from "../recorder/inspect-record.ts";
import { type Manifest, writeDurably, writeManifest } from "./manifest.ts";

export interface BackupOptions {
  readonly data: string;
  readonly to: string;
  /** Its file and its policy's are copied too; undefined when there is none. */
  readonly config: Config | undefined;
  readonly withKey: boolean;
  readonly version: string;
  readonly onProgress: (text: string) => void;
}

export interface Backup {
  readonly manifest: Manifest;
  readonly report: VerifyReport;
  /** A password stood in custody.yaml, and was left out. */
  readonly isRedacted: boolean;
}

/**
 * Copies ledger and configuration, verifies the copy, and only then says in `backup.json` that it is a backup.
 *
 * Left out on purpose: `local.token` and `server.json`, which belong to the running server; the index and the hints,
 * which are made again; and the master key, unless it is asked for.
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
  const { data, to, withKey, version, onProgress } = options;
  const copy = await copyLedger({
    directory: data,
    onProgress: (files, of) => onProgress(`${files} of ${of} files copied`),
    to,
  });
  const { files: extra, isRedacted } = await copyConfiguration(to, options.config);
  const masterKeyFile = join(data, "keys/master.key");
  if (withKey) extra.push(await copyKey(masterKeyFile, to));
  const report = await verifyLedger({
    directory: to,
    inspect: inspectRecord,
    keySource: fileKeySource(masterKeyFile),
    onProgress: (checked, size) => onProgress(`${checked} of ${size} entries of the copy checked`),
  });
  const { origin, copiedAtMs, files } = copy;
  const { root, size } = report;
  const time = new Date(copiedAtMs).toISOString();
  const manifest = { v: 1, time, version, origin, size, root, withKey, files: [...files, ...extra] } as const;
  if (report.ok) await writeManifest(to, manifest);
  return { isRedacted, manifest, report };
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
  if (config.policy !== undefined)
    files.push(await addFile(to, "config", basename(config.policy), readFileSync(config.policy)));
  return { files, isRedacted: safe !== text };
}

/** A password may stand in the file for a database on loopback; it has no business in a backup. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/(postgres(?:ql)?:\/\/[^\s:/@"']*:)[^\s"']+@/g, "$1REDACTED@");
}

async function copyKey(path: string, to: string): Promise<CopyFile> {
  try {
    return await addFile(to, "keys", "master.key", readFileSync(path));
  } catch (cause) {
    throw new CliError("FILE_UNUSABLE", `${path} cannot be copied`, "leave out --with-key", { cause });
  }
}

async function addFile(to: string, folder: string, name: string, bytes: Buffer): Promise<CopyFile> {
  mkdirSync(join(to, folder), { mode: 0o700, recursive: true });
  await writeDurably(join(to, folder), name, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { bytes: bytes.length, path: `${folder}/${name}`, sha256 };
}
