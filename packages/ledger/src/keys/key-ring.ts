import { createHmac, randomBytes } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";
import { type KeyScope, parseScope, scopeName } from "./key-scope.ts";
import type { MasterKey } from "./master-key.ts";
import { RingFile } from "./ring-file.ts";
import { destroyedRow, isDestroyed, type RingRow, type RingSecret, unwrapRow, wrapRow } from "./ring-row.ts";
import { ScopeKeys } from "./scope-keys.ts";

/** A data key: its id stands in every envelope, its bytes never leave the process unwrapped. */
export interface DataKey {
  readonly id: string;
  readonly key: Buffer;
}

/** A data key and what it is for. */
export interface ScopedKey {
  readonly id: string;
  readonly scope: KeyScope;
}

/** How many names of a kind are remembered. */
const REFERENCES_MAX = 25_000;

const INDEX_TAG = "index-key-------------";
const SIGNER_TAG = "signer----------------";

/** The first signing key has no number. */
function signerTag(number: number): string {
  return number === 1 ? SIGNER_TAG : `signer-${number}`.padEnd(SIGNER_TAG.length, "-");
}

/** After so many rows others get their turn. */
const ROWS_AT_ONCE = 500;

/** Gives the master key that opens a ring, by asking whether one does. */
export type Unlock = (opens: (master: MasterKey) => boolean) => Promise<MasterKey>;

/**
 * The key ring in memory: rows as they stand in the file, secrets unwrapped when first needed.
 *
 * New rows are on disk before the key is used, so no record can outlive its key by a crash.
 */
export class KeyRing {
  readonly #file: RingFile;
  readonly #unlock: Unlock;
  readonly #ledgerId: Buffer;
  #master: MasterKey | undefined;
  #generation = 1;
  #rows: RingRow[] = [];
  readonly #byId = new Map<string, RingRow>();
  /** The newest row of a tag is the one in use; see `retire`. */
  readonly #byTag = new Map<string, RingRow>();
  readonly #retired = new Set<string>();
  readonly #secrets = new Map<string, RingSecret>();
  readonly #byScope = new ScopeKeys<DataKey>();
  /** By kind and name. */
  readonly #references = new Map<string, Map<string, string>>();
  #indexKey: Buffer = Buffer.alloc(0);

  constructor(disk: Disk, path: string, ledgerId: Buffer, unlock: Unlock) {
    this.#file = new RingFile(disk, path);
    this.#ledgerId = ledgerId;
    this.#unlock = unlock;
  }

  /** Reads the ring. False when there is none. @throws LedgerError KEY_RING_DAMAGED, MASTER_KEY_WRONG … */
  async load(): Promise<boolean> {
    const bytes = await this.#file.read();
    if (bytes === undefined) return false;
    for (const row of this.#file.take(bytes)) this.#add(row);
    await this.#open();
    return true;
  }

  /** Takes in what a writer has done since: a row is on disk before an entry names its key. */
  async follow(): Promise<void> {
    const found = this.#file.follow();
    if (found === undefined) return;
    if (found.isNew) this.#forgetRows();
    for (const row of found.rows) this.#add(row);
    if (!found.isNew) return;
    for (const id of this.#secrets.keys()) if (!this.has(id)) this.#secrets.delete(id);
    this.#byScope.clear();
    await this.#open();
  }

  /**
   * Makes the two keys that every ledger has: one for references, one to sign checkpoints. Both come to the disk in one
   * step, so that no stop can leave half a ring, which could never be opened again.
   */
  async create(master: MasterKey, signerSeed: Buffer): Promise<void> {
    this.#master = master;
    const rows = [
      this.#wrap(newId(), INDEX_TAG, { key: randomBytes(32), scope: "index" }),
      this.#wrap(newId(), SIGNER_TAG, { key: signerSeed, scope: "signer" }),
    ];
    await this.#file.create(rows);
    await this.load();
  }

  get path(): string {
    return this.#file.path;
  }

  /** How many bytes of the file are whole rows. */
  get bytes(): number {
    return this.#file.bytes;
  }

  /** How often the master key was rotated, and one. */
  get generation(): number {
    return this.#generation;
  }

  /** The signing keys, oldest first: one for each origin that the ledger had. */
  signerSeeds(): readonly [Buffer, ...Buffer[]] {
    const seeds: Buffer[] = [];
    for (let row = this.#byTag.get(SIGNER_TAG); row; row = this.#byTag.get(signerTag(seeds.length + 1)))
      seeds.push(this.secret(row.id).key);
    const [first, ...later] = seeds;
    if (first === undefined) throw new LedgerError("KEY_RING_DAMAGED", `${this.path} has no signing key`);
    return [first, ...later];
  }

  /** Makes the signing key with this number, unless it is there already. */
  addSigner(number: number, seed: Buffer): void {
    if (!this.#byTag.has(signerTag(number))) this.#append(signerTag(number), { key: seed, scope: "signer" });
  }

  rows(): readonly RingRow[] {
    return this.#rows;
  }

  /** Whether a key can be used: it is in the ring and was not destroyed. */
  has(id: string): boolean {
    const row = this.#byId.get(id);
    return row !== undefined && !isDestroyed(row);
  }

  /** Whether the ring says that this key was destroyed. Only a record proves that it was to be. */
  isDestroyed(id: string): boolean {
    const row = this.#byId.get(id);
    return row !== undefined && isDestroyed(row);
  }

  /** The secret of a row. @throws LedgerError KEY_RING_DAMAGED, or MASTER_KEY_WRONG. */
  secret(id: string): RingSecret {
    let secret = this.#secrets.get(id);
    if (secret === undefined) {
      const row = this.#byId.get(id);
      if (row === undefined || isDestroyed(row))
        throw new LedgerError("KEY_RING_DAMAGED", `the key ring has no key ${id}`);
      secret = this.#unwrap(row);
      this.#secrets.set(id, secret);
    }
    return secret;
  }

  /** The data key of a scope, made and stored durably when it is new. */
  dataKey(scope: KeyScope): DataKey {
    let found = this.#byScope.get(scope);
    if (found === undefined) {
      found = this.#dataKeyNamed(scopeName(scope));
      this.#byScope.set(scope, found);
    }
    return found;
  }

  #dataKeyNamed(name: string): DataKey {
    const tag = this.reference("scope", name);
    const row = this.#byTag.get(tag);
    return row
      ? { id: row.id, key: this.secret(row.id).key }
      : this.#append(tag, { key: randomBytes(32), scope: name });
  }

  /** What a key is for; undefined when it cannot be used, or is one of the ledger's own two. */
  scopeOf(id: string): KeyScope | undefined {
    return this.has(id) ? parseScope(this.secret(id).scope) : undefined;
  }

  /** Every data key that can be used, with its scope. Unwraps all of them, and lets others have their turn meanwhile. */
  async *scopedKeys(): AsyncGenerator<ScopedKey, void, undefined> {
    for (const [at, { id }] of [...this.#rows].entries()) {
      if (at % ROWS_AT_ONCE === 0) await nextTurn();
      const scope = this.scopeOf(id);
      if (scope !== undefined) yield { id, scope };
    }
  }

  /** Nothing new is encrypted with these keys from now on; their scopes get new ones. They still decrypt. */
  retire(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#retired.add(id);
      const row = this.#byId.get(id);
      if (row && this.#byTag.get(row.tag) === row) this.#byTag.delete(row.tag);
    }
    this.#byScope.clear();
  }

  /** Destroys keys for good: what they encrypt cannot be read any more. Durable when it resolves; may be repeated. */
  async destroy(ids: Iterable<string>): Promise<void> {
    const gone = new Set(ids);
    this.retire(gone);
    await this.#rewrite((row) => (gone.has(row.id) ? destroyedRow(row.id) : row));
    for (const id of gone) {
      this.#secrets.get(id)?.key.fill(0);
      this.#secrets.delete(id);
      this.#retired.delete(id);
    }
  }

  /** Wraps every key under another master key. Durable when it resolves. */
  async rotate(master: MasterKey): Promise<void> {
    const generation = this.#generation + 1;
    const change = (row: RingRow) => {
      if (isDestroyed(row)) return row;
      const { id, tag } = row;
      return wrapRow(master, this.#ledgerId, { id, kek: generation, tag }, this.secret(id));
    };
    await this.#rewrite(change, () => {
      this.#master = master;
      this.#generation = generation;
    });
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

  async #open(): Promise<void> {
    const index = this.#byTag.get(INDEX_TAG);
    if (index === undefined) throw new LedgerError("KEY_RING_DAMAGED", `${this.path} has no index key`);
    if (this.#master === undefined || index.kek !== this.#generation) {
      this.#master = await this.#unlock((master) => this.#opensAny(master));
      this.#generation = index.kek;
    }
    this.#indexKey = this.secret(index.id).key;
  }

  #wrap(id: string, tag: string, secret: RingSecret): RingRow {
    return wrapRow(this.#master as MasterKey, this.#ledgerId, { id, kek: this.#generation, tag }, secret);
  }

  /** When no row at all opens, it is the master key that is wrong; else it is this row. */
  #unwrap(row: RingRow): RingSecret {
    try {
      return unwrapRow(this.#master as MasterKey, this.#ledgerId, row);
    } catch (cause) {
      throw new LedgerError("KEY_RING_DAMAGED", `${this.path}: the row of key ${row.id} was changed`, {
        cause,
      });
    }
  }

  /** The index key's row stands first and is enough, unless it is the one that was changed. */
  #opensAny(master: MasterKey): boolean {
    return this.#rows.some((row) => {
      try {
        return !isDestroyed(row) && unwrapRow(master, this.#ledgerId, row) !== undefined;
      } catch {
        return false;
      }
    });
  }

  #append(tag: string, secret: RingSecret): DataKey {
    const row = this.#wrap(newId(), tag, secret);
    this.#secrets.set(row.id, secret);
    this.#file.append(row);
    this.#add(row);
    return { id: row.id, key: secret.key };
  }

  #add(row: RingRow): void {
    if (this.#byId.has(row.id))
      throw new LedgerError("KEY_RING_DAMAGED", `${this.path} holds key ${row.id} twice`);
    this.#rows.push(row);
    this.#byId.set(row.id, row);
    if (!isDestroyed(row) && !this.#retired.has(row.id)) this.#byTag.set(row.tag, row);
  }

  /** Writes the ring anew with every row changed, those that come meanwhile included. */
  async #rewrite(change: (row: RingRow) => RingRow, done = () => {}): Promise<void> {
    const changed: RingRow[] = [];
    await this.#file.rewrite(
      () => this.#rows,
      (row) => {
        const next = change(row);
        changed.push(next);
        return next;
      },
      () => {
        this.#forgetRows();
        for (const row of changed) this.#add(row);
        done();
      },
    );
  }

  #forgetRows(): void {
    this.#rows = [];
    this.#byId.clear();
    this.#byTag.clear();
  }
}

function newId(): string {
  return randomBytes(12).toString("base64url");
}
