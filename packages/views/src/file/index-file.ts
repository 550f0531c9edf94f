import { rmSync } from "node:fs";
import { EncryptedDatabase } from "./encrypted-database.ts";
import { IndexDamage } from "./index-damage.ts";
import { Parts } from "./parts.ts";
import { INDEX_VERSION, SCHEMA, SMALL_TABLES } from "./schema.ts";

/** How far the index is, and in which ledger. */
export interface IndexState {
  readonly ledger: string;
  readonly cursor: number;
  /** The leaf hash of the last entry that is indexed, in base64. */
  readonly leaf: string;
  /** No action that is indexed was made later, in milliseconds. */
  readonly actionsMs: number;
}

/** A chunk as it is stored. */
export interface StoredChunk {
  readonly number: number;
  readonly crc: number;
  readonly columns: Buffer;
}

/** An order that was met. */
export interface StoredErasure {
  /** The index of its record. */
  readonly number: number;
  /** The parts that had something of what it destroyed. */
  readonly parts: readonly number[];
  /** Those of them that still have. */
  readonly left: readonly number[];
  /** Whether nothing is left of it in any page of the file, nor beside it. */
  readonly isPurged: boolean;
}

/** How many rows have their words in one table, unless a test wants fewer. */
export const PART_ROWS = 131_072;

/** The encrypted file. Only this folder has SQL. */
export class IndexFile {
  readonly parts: Parts;
  readonly #database: EncryptedDatabase;

  private constructor(database: EncryptedDatabase, partRows: number) {
    this.#database = database;
    this.parts = new Parts(database, partRows);
  }

  /** Opens the file, or makes it. Throws when it is not a database under this key, or of another version. */
  static open(path: string, key: Buffer, partRows: number = PART_ROWS): IndexFile {
    const database = EncryptedDatabase.open(path, key);
    try {
      if (database.all("select count(*) from sqlite_schema")[0]?.[0] === 0)
        database.transaction(() => {
          database.exec(SCHEMA);
          database.run("insert into state values ('version', ?), ('partRows', ?)", INDEX_VERSION, partRows);
        });
      const { partRows: rows, version } = stateOf(database);
      if (version !== INDEX_VERSION) throw new IndexDamage(`the index is of version ${version}`);
      return new IndexFile(database, rows as number);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /**
   * Removes the file with all that belongs to it. A connection that was closed lets go of it only when its statements
   * are collected, and then removes a write-ahead file of the same name; the successor then loses at most what it had
   * not moved into its file yet, and indexes that again.
   */
  static remove(path: string): void {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(`${path}${suffix}`, { force: true });
  }

  /** All of `work`, or nothing. */
  transaction(work: () => void): void {
    this.#database.transaction(work);
  }

  /** Undefined as long as nothing is indexed. */
  state(): IndexState | undefined {
    const state = stateOf(this.#database);
    return state["ledger"] === undefined ? undefined : (state as unknown as IndexState);
  }

  saveState(state: IndexState): void {
    for (const [name, value] of Object.entries(state))
      this.#database.run(
        "insert into state values (?, ?) on conflict do update set value = excluded.value",
        name,
        value,
      );
  }

  facets(kind: number): [id: number, value: string][] {
    const found = this.#database.all("select id, value from facets where kind = ? order by id", kind);
    return found as [number, string][];
  }

  addFacets(kind: number, first: number, values: readonly string[]): void {
    this.#database.run(
      "insert into facets select ?, ? + key, value from json_each(?)",
      kind,
      first,
      JSON.stringify(values),
    );
  }

  removeFacets(kind: number, ids: readonly number[]): void {
    this.#database.run(
      "delete from facets where kind = ? and id in (select value from json_each(?))",
      kind,
      JSON.stringify(ids),
    );
  }

  chunks(): StoredChunk[] {
    const rows = this.#database.all("select number, crc, columns from chunks order by number");
    return (rows as [number, number, Buffer][]).map(([number, crc, columns]) => ({ number, crc, columns }));
  }

  saveChunk({ number, crc, columns }: StoredChunk): void {
    this.#database.run("insert or replace into chunks values (?, ?, ?)", number, crc, columns);
  }

  usages(): StoredChunk[] {
    const rows = this.#database.all("select number, crc, columns from usages order by number");
    return (rows as [number, number, Buffer][]).map(([number, crc, columns]) => ({ number, crc, columns }));
  }

  saveUsages({ number, crc, columns }: StoredChunk): void {
    this.#database.run("insert or replace into usages values (?, ?, ?)", number, crc, columns);
  }

  totals(): [target: string, name: string, value: string][] {
    return this.#database.all("select target, name, value from totals") as [string, string, string][];
  }

  saveTotal(target: string, name: string, value: string): void {
    this.#database.run("insert or replace into totals values (?, ?, ?)", target, name, value);
  }

  removeTotal(target: string, name: string): void {
    this.#database.run("delete from totals where target = ? and name = ?", target, name);
  }

  erasures(): StoredErasure[] {
    const found = this.#database.all("select number, parts, left, is_purged from erasures order by number");
    return (found as [number, string, string, number][]).map(([number, parts, left, isPurged]) => ({
      isPurged: isPurged === 1,
      left: JSON.parse(left) as number[],
      number,
      parts: JSON.parse(parts) as number[],
    }));
  }

  saveErasure({ isPurged, left, number, parts }: StoredErasure): void {
    this.#database.run(
      "insert or replace into erasures values (?, ?, ?, ?)",
      number,
      JSON.stringify(parts),
      JSON.stringify(left),
      isPurged ? 1 : 0,
    );
  }

  /**
   * Leaves no trace of what was deleted. Deleted bytes are overwritten, but a page that was divided may keep a second copy
   * of what stands in another page by now, and that one is not: so tables that are small are written anew as a whole.
   * False when somebody who reads is in the way.
   */
  settle(): boolean {
    this.transaction(() => {
      for (const [name, columns] of Object.entries(SMALL_TABLES))
        this.#database.exec(
          `create table fresh ${columns}; insert into fresh select * from ${name}; drop table ${name};
           alter table fresh rename to ${name}`,
        );
    });
    return this.#database.settle();
  }

  close(): void {
    this.#database.close();
  }
}

function stateOf(database: EncryptedDatabase): Record<string, unknown> {
  return Object.fromEntries(database.all("select name, value from state") as [string, unknown][]);
}
