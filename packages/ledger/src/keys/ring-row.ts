import { LedgerError } from "../error.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { MasterKey } from "./master-key.ts";

/**
 * One row of the key ring, a line of canonical JSON:
 *
 *     {"id":"<16>","kek":1,"tag":"<22>","v":1,"wrap":"<base64>"}
 *
 * `tag` finds the key of a scope without unwrapping every row; it is an HMAC, so it does not name the scope. `wrap`
 * holds {"key","scope"} under the master key of the generation `kek`, with ledger id, id, kek and tag bound in: no byte
 * of a row can change and no row can take another's place unseen.
 *
 * A key that was destroyed leaves its id alone, with kek 0 and nothing in `tag` and `wrap`. That keeps the rows in the
 * order in which records announced them. It proves nothing: only a record says that a key was to be destroyed.
 */
export interface RingRow {
  readonly id: string;
  readonly kek: number;
  readonly tag: string;
  readonly wrap: Buffer;
}

/** What a row holds once it is unwrapped. */
export interface RingSecret {
  readonly key: Buffer;
  readonly scope: string;
}

const NOTHING = Buffer.alloc(0);

export function destroyedRow(id: string): RingRow {
  return { id, kek: 0, tag: "", wrap: NOTHING };
}

export function isDestroyed(row: RingRow): boolean {
  return row.kek === 0;
}

export function formatRow(row: RingRow): string {
  return `${canonicalJson({ id: row.id, kek: row.kek, tag: row.tag, v: 1, wrap: row.wrap.toString("base64") })}\n`;
}

/** Reads one line, without its newline. @throws LedgerError KEY_RING_DAMAGED unless it is the one canonical form. */
export function parseRow(line: string): RingRow {
  let row: RingRow | undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    const { id, kek, tag, wrap } = value;
    if (
      typeof id === "string" &&
      typeof kek === "number" &&
      typeof tag === "string" &&
      typeof wrap === "string"
    ) {
      row = { id, kek, tag, wrap: Buffer.from(wrap, "base64") };
    }
  } catch {
    // Told below, together with what parses and is not canonical.
  }
  const isHalfEmpty = row !== undefined && isDestroyed(row) && row.tag + row.wrap.toString() !== "";
  if (row === undefined || isHalfEmpty || formatRow(row) !== `${line}\n`) {
    throw new LedgerError("KEY_RING_DAMAGED", "a row of the key ring is not in its canonical form");
  }
  return row;
}

export function wrapRow(
  master: MasterKey,
  ledgerId: Buffer,
  row: Omit<RingRow, "wrap">,
  secret: RingSecret,
): RingRow {
  const plain = Buffer.from(canonicalJson({ key: secret.key.toString("base64"), scope: secret.scope }));
  return { ...row, wrap: master.wrap(plain, context(ledgerId, row)) };
}

export function unwrapRow(master: MasterKey, ledgerId: Buffer, row: RingRow): RingSecret {
  const plain = master.unwrap(row.wrap, context(ledgerId, row));
  const { key, scope } = JSON.parse(plain.toString("utf8")) as { key: string; scope: string };
  return { key: Buffer.from(key, "base64"), scope };
}

function context(ledgerId: Buffer, row: Omit<RingRow, "wrap">): Buffer {
  return Buffer.from(`custody/ring/v1\n${ledgerId.toString("hex")}\n${row.id}\n${row.kek}\n${row.tag}\n`);
}
