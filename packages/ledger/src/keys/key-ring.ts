import { createHmac, randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
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

/** How many names of a kind are remembered. */
const REFERENCES_MAX = 25_000;

const INDEX_TAG = "index-key-------------";
const SIGNER_TAG = "signer----------------";

/** The first signing key has no number. */
function signerTag(number: number): string {
  return number === 1 ? SIGNER_TAG : `signer-${number}`.padEnd(SIGNER_TAG.length, "-");
}

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
  readonly #byFrozenScope = new WeakMap<KeyScope, DataKey>();
  /** By kind and name. */
  readonly #references = new Map<string, Map<string, string>>();
  #bytes = 0;
  #indexKey: Buffer = Buffer.alloc(0);

  constructor(disk: Disk, path: string, master: MasterKey, ledgerId: Buffer) {
    this.#disk = disk;
    this.#path = path;
    this.#master = master;
    this.#ledgerId = ledgerId;
  }

  /** Reads the rows of a ring file. A torn last row never was in use; everything else must be whole. */
  load(bytes: Buffer): void {
    this.#take(bytes);
    const index = this.#byTag.get(INDEX_TAG);
    if (index === undefined) throw new LedgerError("KEY_RING_DAMAGED", `${this.#path} has no index key`);
    this.#indexKey = this.secret(index.id).key;
  }

  /** Takes in the rows that a writer has made since. A row is on disk before an entry names its key. */
  async follow(): Promise<void> {
    const bytes = await this.#disk.read(this.#path);
    if (bytes !== undefined) this.#take(bytes.subarray(this.#bytes));
  }

  /**
   * Makes the two keys that every ledger has: one for references, one to sign checkpoints. Both come to the disk in one
   * step, so that no stop can leave half a ring, which could never be opened again.
   */
  async create(signerSeed: Buffer): Promise<void> {
    const rows = [
      this.#wrap(INDEX_TAG, { key: randomBytes(32), scope: "index" }),
      this.#wrap(SIGNER_TAG, { key: signerSeed, scope: "signer" }),
    ];
    const bytes = Buffer.from(rows.map(formatRow).join(""), "latin1");
    await this.#disk.replace(this.#path, bytes);
    await this.#disk.syncDirectory(dirname(this.#path));
    this.load(bytes);
  }

  /** How many bytes of the file are whole rows. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The signing keys, oldest first: one for each origin that the ledger had. */
  signerSeeds(): readonly [Buffer, ...Buffer[]] {
    const seeds: Buffer[] = [];
    for (let row = this.#byTag.get(SIGNER_TAG); row; row = this.#byTag.get(signerTag(seeds.length + 1)))
      seeds.push(this.secret(row.id).key);
    const [first, ...later] = seeds;
    if (first === undefined) throw new LedgerError("KEY_RING_DAMAGED", `${this.#path} has no signing key`);
    return [first, ...later];
  }

  /** Makes the signing key with this number, unless it is there already. */
  addSigner(number: number, seed: Buffer): void {
    if (!this.#byTag.has(signerTag(number))) this.#append(signerTag(number), { key: seed, scope: "signer" });
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
      secret = this.#unwrap(row);
      this.#secrets.set(id, secret);
    }
    return secret;
  }

  /** The data key of a scope, made and stored durably when it is new. */
  dataKey(scope: KeyScope): DataKey {
    // Callers that keep a frozen scope for a session save the ring from naming it each time.
    const known = this.#byFrozenScope.get(scope);
    if (known !== undefined) return known;
    const found = this.#dataKeyNamed(scopeName(scope));
    if (Object.isFrozen(scope)) this.#byFrozenScope.set(scope, found);
    return found;
  }

  #dataKeyNamed(name: string): DataKey {
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
    // A map for each kind: joining the two names for every entry would cost more than looking one up.
    let ofKind = this.#references.get(kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#references.set(kind, ofKind);
    }
    let reference = ofKind.get(name);
    if (reference === undefined) {
      const code = createHmac("sha256", this.#indexKey).update(`${kind}\0${name}`).digest();
      reference = code.toString("base64url", 0, 16);
      if (ofKind.size >= REFERENCES_MAX) ofKind.clear();
      ofKind.set(name, reference);
    }
    return reference;
  }

  /** A key for something beside the ledger, which whoever has the master key can make again at any time. */
  deriveKey(label: string): Buffer {
    // No kind of reference has this name, so no reference can be a part of a derived key.
    return createHmac("sha256", this.#indexKey).update(`custody/derived-key/v1\0${label}`).digest();
  }

  /** Proof in the record `key.created` that a key of this id is the same key later on. */
  checkValue(id: string): string {
    return createHmac("sha256", this.secret(id).key).update("custody/kcv").digest("base64");
  }

  #take(bytes: Buffer): void {
    for (const line of wholeLines(bytes.toString("latin1"))) {
      this.#add(parseRow(line));
      this.#bytes += line.length + 1;
    }
  }

  #wrap(tag: string, secret: RingSecret): RingRow {
    const id = randomBytes(12).toString("base64url");
    return wrapRow(this.#master, this.#ledgerId, { id, kek: 1, tag }, secret);
  }

  /** When no row at all opens, it is the master key that is wrong; else it is this row. */
  #unwrap(row: RingRow): RingSecret {
    try {
      return unwrapRow(this.#master, this.#ledgerId, row);
    } catch (cause) {
      throw this.#rows.some((other) => this.#opens(other))
        ? new LedgerError("KEY_RING_DAMAGED", `${this.#path}: the row of key ${row.id} was changed`, {
            cause,
          })
        : new LedgerError(
            "MASTER_KEY_WRONG",
            `the master key does not open ${this.#path}: use this ledger's own`,
            {
              cause,
            },
          );
    }
  }

  #opens(row: RingRow): boolean {
    try {
      unwrapRow(this.#master, this.#ledgerId, row);
      return true;
    } catch {
      return false;
    }
  }

  #append(tag: string, secret: RingSecret): DataKey {
    const row = this.#wrap(tag, secret);
    const { id } = row;
    const line = Buffer.from(formatRow(row), "latin1");
    const descriptor = openSync(this.#path, "r+");
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

/**
 * The lines that end with a newline, without it. A last line with a zero byte was cut short as well: a file can become
 * longer before all of its pages are written, and no single changed bit turns a character of a row into a zero.
 */
function wholeLines(text: string): string[] {
  const lines = text.split("\n").slice(0, -1);
  return lines.at(-1)?.includes("\0") ? lines.slice(0, -1) : lines;
}

function scopeName(scope: KeyScope): string {
  return JSON.stringify([scope.project, scope.class, scope.session ?? ""]);
}
