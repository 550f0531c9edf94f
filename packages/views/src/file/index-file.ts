import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { IndexDamage } from "./index-damage.ts";
import { INDEX_VERSION, SCHEMA, wordsTable } from "./schema.ts";

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

const NUMBER_DIGITS = 16;

/**
 * How many rows have their words in one table. FTS5 goes through a list of occurrences from its end, so a page deep in
 * the past must not stand in one list with everything after it.
 */
const PART_ROWS = 131_072;

type Reading = { all(...values: unknown[]): unknown[] };
type Writing = { run(...values: unknown[]): unknown };

/**
 * The encrypted file, and the only place with SQL. Lists of values go in as one JSON text each: a call costs more than
 * what it does to one row.
 */
export class IndexFile {
  readonly #database: Database.Database;
  readonly #reading = new Map<string, Reading>();
  readonly #writing = new Map<string, Writing>();

  /** How many tables of words there are. */
  #parts = 0;

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Opens the file, or makes it. Throws whatever SQLite says when it is not a database under this key. */
  static open(path: string, key: Buffer): IndexFile {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const options = { encryptionCipher: "aes256cbc", encryptionKey: key.toString("hex"), timeout: 1000 };
    const database = new Database(path, options);
    try {
      // Nothing is synced: what a power cut takes away or tears is in the ledger, and is indexed again.
      database.exec("pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -32768");
      const file = new IndexFile(database);
      if (file.#all("select count(*) from sqlite_schema")[0]?.[0] === 0) {
        file.transaction(() => {
          database.exec(SCHEMA);
          file.#run("insert into state values ('version', ?)", INDEX_VERSION);
        });
      }
      file.#parts = file.#all(
        "select count(*) from sqlite_schema where sql like 'create virtual table%'",
      )[0]?.[0] as number;
      return file;
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
    this.#database.exec("begin immediate");
    try {
      work();
      this.#database.exec("commit");
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec("rollback");
      throw error;
    }
  }

  /** Undefined as long as nothing is indexed. Throws when the file is of another version. */
  state(): IndexState | undefined {
    const values = Object.fromEntries(this.#all("select name, value from state") as [string, unknown][]);
    if (values["version"] !== INDEX_VERSION)
      throw new IndexDamage(`the index is of version ${values["version"]}`);
    return values["ledger"] === undefined ? undefined : (values as unknown as IndexState);
  }

  saveState(state: IndexState): void {
    for (const [name, value] of Object.entries(state))
      this.#run(
        "insert into state values (?, ?) on conflict do update set value = excluded.value",
        name,
        value,
      );
  }

  facets(kind: number): string[] {
    return this.#all("select value from facets where kind = ? order by id", kind).map(([value]) =>
      String(value),
    );
  }

  addFacets(kind: number, first: number, values: readonly string[]): void {
    this.#run(
      "insert into facets select ?, ? + key, value from json_each(?)",
      kind,
      first,
      JSON.stringify(values),
    );
  }

  chunks(): StoredChunk[] {
    const rows = this.#all("select number, crc, columns from chunks order by number") as [
      number,
      number,
      Buffer,
    ][];
    return rows.map(([number, crc, columns]) => ({ number, crc, columns }));
  }

  saveChunk({ number, crc, columns }: StoredChunk): void {
    this.#run("insert or replace into chunks values (?, ?, ?)", number, crc, columns);
  }

  rows(indexes: readonly number[]): Map<number, string> {
    const found = this.#all(
      "select number, row from records where number in (select value from json_each(?))",
      JSON.stringify(indexes),
    );
    return new Map(found as [number, string][]);
  }

  addRows(first: number, rows: readonly string[]): void {
    this.#run("insert into records select ? + key, value from json_each(?)", first, JSON.stringify(rows));
  }

  /** The row of a record, whose id is given by 32 hexadecimal digits. */
  numberOf(id: string): number | undefined {
    return this.#all("select number from ids where id = unhex(?)", id)[0]?.[0] as number | undefined;
  }

  addIds(first: number, ids: readonly string[]): void {
    this.#run(
      "insert or ignore into ids select unhex(value), ? + key from json_each(?)",
      first,
      JSON.stringify(ids),
    );
  }

  /** The newest rows of actions, which are given by 32 hexadecimal digits each. */
  latestOf(actions: readonly string[]): Map<string, number> {
    const found = this.#all(
      "select lower(hex(action)), latest from actions where action in (select unhex(value) from json_each(?))",
      JSON.stringify(actions),
    );
    return new Map(found as [string, number][]);
  }

  saveLatest(latest: ReadonlyMap<string, number>): void {
    const values = JSON.stringify([...latest].map(([action, index]) => `${action}${index}`));
    this.#run(
      `insert into actions select unhex(substr(value, 1, 32)), cast(substr(value, 33) as integer) from json_each(?)
       where true on conflict do update set latest = excluded.latest`,
      values,
    );
  }

  totals(): [target: string, name: string, value: string][] {
    return this.#all("select target, name, value from totals") as [string, string, string][];
  }

  saveTotal(target: string, name: string, value: string): void {
    this.#run("insert or replace into totals values (?, ?, ?)", target, name, value);
  }

  addWords(documents: readonly number[], texts: readonly string[]): void {
    const parts = new Map<number, string[]>();
    for (const [at, document] of documents.entries()) {
      const number = Math.floor(document / PART_ROWS);
      // One list, since two would be joined by comparing each with each.
      const value = `${String(document).padStart(NUMBER_DIGITS)}${texts[at]}`;
      const part = parts.get(number);
      if (part === undefined) parts.set(number, [value]);
      else part.push(value);
    }
    for (const [number, values] of parts) this.#addPart(number, values);
  }

  #addPart(number: number, values: readonly string[]): void {
    for (; this.#parts <= number; this.#parts += 1) this.#database.exec(wordsTable(this.#parts));
    this.#run(
      `insert into words${number} (rowid, text) select cast(substr(value, 1, ${NUMBER_DIGITS}) as integer),
       substr(value, ${NUMBER_DIGITS + 1}) from json_each(?)`,
      JSON.stringify(values),
    );
  }

  /** Documents from `lowest` to `highest` that match an expression of FTS5, newest first. */
  documents(match: string, lowest: number, highest: number, limit: number): number[] {
    const found: number[] = [];
    const newest = Math.min(Math.floor(highest / PART_ROWS), this.#parts - 1);
    for (let part = newest; part >= 0 && (part + 1) * PART_ROWS > lowest && found.length < limit; part -= 1) {
      const sql = `select rowid from words${part} where words${part} match ? and rowid between ? and ? order by rowid desc limit ?`;
      for (const [document] of this.#all(sql, match, lowest, highest, limit - found.length))
        found.push(document as number);
    }
    return found;
  }

  close(): void {
    // The connection itself lets go only when its statements are collected, so its write-ahead file is moved now.
    try {
      this.#database.exec("pragma wal_checkpoint(truncate)");
    } catch {
      // Whoever opens the file next does it, or finds that it is damaged.
    }
    this.#reading.clear();
    this.#writing.clear();
    this.#database.close();
  }

  #all(sql: string, ...values: unknown[]): unknown[][] {
    let statement = this.#reading.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql).raw() as Reading;
      this.#reading.set(sql, statement);
    }
    return statement.all(...values) as unknown[][];
  }

  #run(sql: string, ...values: unknown[]): void {
    let statement = this.#writing.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql) as Writing;
      this.#writing.set(sql, statement);
    }
    statement.run(...values);
  }
}
