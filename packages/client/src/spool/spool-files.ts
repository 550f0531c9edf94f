import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** `<instance>.<owner>.<number>.spool`; beside them `<instance>.<owner>.base`. */
const NAME = /^([0-9a-f-]{36})\.([0-9a-f]{8}-\d+-\d+)\.(\d{8})\.spool$/;

/** The files of one source. */
export interface SpoolFiles {
  readonly instance: string;
  readonly owner: string;
  /** Paths, oldest first. */
  readonly segments: readonly string[];
}

export function segmentPath(folder: string, instance: string, owner: string, number: number): string {
  return join(folder, `${instance}.${owner}.${String(number).padStart(8, "0")}.spool`);
}

export function basePath(folder: string, instance: string, owner: string): string {
  return join(folder, `${instance}.${owner}.base`);
}

/** All sources that have left files here. */
export function listSpool(folder: string): SpoolFiles[] {
  mkdirSync(folder, { mode: 0o700, recursive: true });
  const byInstance = new Map<string, { instance: string; owner: string; segments: string[] }>();
  for (const name of readdirSync(folder).sort()) {
    const [, instance, owner] = NAME.exec(name) ?? [];
    if (instance === undefined || owner === undefined) continue;
    const files = byInstance.get(instance) ?? { instance, owner, segments: [] };
    files.segments.push(join(folder, name));
    byInstance.set(instance, files);
  }
  return [...byInstance.values()];
}
