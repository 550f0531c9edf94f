import { createHmac, randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";
import type { MasterKey } from "./master-key.ts";
import { formatRow, parseRow, type RingRow, type RingSecret, unwrapRow, wrapRow } from "./ring-row.ts";

/** Which records share a data key, and therefore live and die together. */
export interface KeyScope {
  readonly project: string;
  /** The retention class, e.g. `session`, `governance`, `restore`. */
  readonly class: string;
  readonly session?: string;
}

/** A data key: its id stands in every envelope, its bytes never leave the process unwrapped. */
export interface DataKey {
  readonly id: string;
  readonly key: Buffer;
}

const INDEX_TAG = "index-key-------------";
const SIGNER_TAG = "signer----------------";

/**
 * The key ring in memory: rows as they stand in the file, secrets unwrapped when first needed.
 *
 * New rows are on disk before the key is used, so no record can outlive its key by a crash.
 */
export class KeyRing {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #master: MasterKey;
  readonly #ledgerId: Buffer;
  readonly #rows: RingRow[] = [];
  readonly #byId = new Map<string, RingRow>();
  readonly #byTag = new Map<string, RingRow>();
  readonly #secrets = new Map<string, RingSecret>();
  readonly #byScope = new Map<string, DataKey>();
  readonly #references = new Map<string, string>();
  #bytes = 0;
  #indexKey: Buffer = Buffer.alloc(0);

  constructor(disk: Disk, path: string, master: MasterKey, ledgerId: Buffer) {
    this.#disk = disk;
    this.#path = path;
    this.#master = master;
    this.#ledgerId = ledgerId;
  }

  /** Reads the rows of a ring file. A last row without a newline never was in use; everything else must be whole. */
  load(bytes: Buffer): void {
    const text = bytes.toString("latin1");
    const end = text.lastIndexOf("\n") + 1;
    for (const line of text.slice(0, end).split("\n").slice(0, -1)) this.#add(parseRow(line));
    this.#bytes = end;
    const index = this.#byTag.get(INDEX_TAG);
    if (index === undefined) throw new LedgerError("KEY_RING_DAMAGED", `${this.#path} has no index key`);
    this.#indexKey = this.secret(index.id).key;
  }

  /** Makes the two keys that every ledger has: one for references, one to sign checkpoints. */
  create(signerSeed: Buffer): void {
    this.#indexKey = this.#append(INDEX_TAG, { key: randomBytes(32), scope: "index" }).key;
    this.#append(SIGNER_TAG, { key: signerSeed, scope: "signer" });
  }

  signerSeed(): Buffer {
    const row = this.#byTag.get(SIGNER_TAG);
    if (row === undefined) throw new LedgerError("KEY_RING_DAMAGED", `${this.#path} has no signing key`);
    return this.secret(row.id).key;
  }

  rows(): readonly RingRow[] {
    return this.#rows;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The secret of a row. @throws LedgerError KEY_RING_DAMAGED, or MASTER_KEY_WRONG. */
  secret(id: string): RingSecret {
    let secret = this.#secrets.get(id);
    if (secret === undefined) {
      const row = this.#byId.get(id);
      if (row === undefined) throw new LedgerError("KEY_RING_DAMAGED", `the key ring has no key ${id}`);
      secret = unwrapRow(this.#master, this.#ledgerId, row);
      this.#secrets.set(id, secret);
    }
    return secret;
  }

  /** The data key of a scope, made and stored durably when it is new. */
  dataKey(scope: KeyScope): DataKey {
    const name = scopeName(scope);
    let found = this.#byScope.get(name);
    if (found === undefined) {
      const tag = this.reference("scope", name);
      const row = this.#byTag.get(tag);
      found = row
        ? { id: row.id, key: this.secret(row.id).key }
        : this.#append(tag, { key: randomBytes(32), scope: name });
      this.#byScope.set(name, found);
    }
    return found;
  }

  /** A keyed pseudonym: says "the same again" without saying what. 22 characters of base64url, 128 bits. */
  reference(kind: string, name: string): string {
    const text = `${kind}\0${name}`;
    let reference = this.#references.get(text);
    if (reference === undefined) {
      reference = createHmac("sha256", this.#indexKey).update(text).digest().toString("base64url", 0, 16);
      if (this.#references.size >= 100_000) this.#references.clear();
      this.#references.set(text, reference);
    }
    return reference;
  }

  /** Proof in the record `key.created` that a key of this id is the same key later on. */
  checkValue(id: string): string {
    return createHmac("sha256", this.secret(id).key).update("custody/kcv").digest("base64");
  }

  #append(tag: string, secret: RingSecret): DataKey {
    const id = randomBytes(12).toString("base64url");
    const row = wrapRow(this.#master, this.#ledgerId, { id, kek: 1, tag }, secret);
    const line = Buffer.from(formatRow(row), "latin1");
    const descriptor = openSync(this.#path, this.#bytes === 0 ? "w" : "r+", 0o600);
    try {
      this.#disk.writeSync(descriptor, line, this.#bytes);
      this.#disk.syncNow(descriptor);
    } finally {
      closeSync(descriptor);
    }
    this.#bytes += line.length;
    this.#add(row);
    this.#secrets.set(id, secret);
    return { id, key: secret.key };
  }

  #add(row: RingRow): void {
    if (this.#byId.has(row.id) || this.#byTag.has(row.tag)) {
      throw new LedgerError("KEY_RING_DAMAGED", `${this.#path} holds key ${row.id} twice`);
    }
    this.#rows.push(row);
    this.#byId.set(row.id, row);
    this.#byTag.set(row.tag, row);
  }
}

export function scopeName(scope: KeyScope): string {
  return JSON.stringify([scope.project, scope.class, scope.session ?? ""]);
}
