import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** What was made of the records of a ledger that had this size. */
export interface KeptState {
  readonly size: number;
}

/**
 * What a file keeps so that a start need not read the whole ledger; undefined when it has nothing that counts. Whoever
 * writes another file without having the master key makes the start read the ledger, and no more: a code over it is made
 * with a key that comes out of the ledger's own.
 */
export function readKept<State extends KeptState>(
  path: string,
  key: Buffer,
  sizeMax: number,
): State | undefined {
  try {
    const [line = "", code = ""] = readFileSync(path, "utf8").split("\n");
    const isOurs = timingSafeEqual(Buffer.from(code, "hex"), codeOf(line, key));
    const kept = JSON.parse(line) as State;
    return isOurs && kept.size <= sizeMax ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed. No sync: it may be lost. */
export function writeKept(path: string, key: Buffer, kept: KeptState): void {
  // Not in canonical form, which takes five times as long, in the process that records: it is read as it was written.
  const line = JSON.stringify(kept);
  writeFileSync(`${path}.tmp`, `${line}\n${codeOf(line, key).toString("hex")}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function codeOf(line: string, key: Buffer): Buffer {
  return createHmac("sha256", key).update(line).digest();
}
