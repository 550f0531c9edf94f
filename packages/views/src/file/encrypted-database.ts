import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";

type Reading = { all(...values: unknown[]): unknown[] };
type Writing = { run(...values: unknown[]): unknown };

/** A connection to an encrypted file, which keeps what it prepared. */
export class EncryptedDatabase {
  readonly #database: Database.Database;
  readonly #reading = new Map<string, Reading>();
  readonly #writing = new Map<string, Writing>();

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Opens the file, or makes it. Throws whatever SQLite says when it is not a database under this key. */
  static open(path: string, key: Buffer): EncryptedDatabase {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const options = { encryptionCipher: "aes256cbc", encryptionKey: key.toString("hex"), timeout: 1000 };
    const database = new Database(path, options);
    try {
      // Nothing is synced: what a power cut takes away or tears is in the ledger, and is indexed again. What is deleted is
      // overwritten, and nothing is put into temporary files, which would not be encrypted.
      database.exec(
        "pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -32768;" +
          "pragma secure_delete = on; pragma temp_store = memory",
      );
      return new EncryptedDatabase(database);
    } catch (error) {
      database.close();
      throw error;
    }
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

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  all(sql: string, ...values: unknown[]): unknown[][] {
    let statement = this.#reading.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql).raw() as Reading;
      this.#reading.set(sql, statement);
    }
    return statement.all(...values) as unknown[][];
  }

  run(sql: string, ...values: unknown[]): void {
    let statement = this.#writing.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql) as Writing;
      this.#writing.set(sql, statement);
    }
    statement.run(...values);
  }

  /** Lets go of what was prepared for tables that are no more. */
  forgetStatements(): void {
    this.#reading.clear();
    this.#writing.clear();
  }

  /**
   * Moves everything into the file itself, down to the disk, and leaves the write-ahead file empty. False when somebody
   * who reads is in the way.
   */
  settle(): boolean {
    this.#database.exec("pragma synchronous = full");
    try {
      return this.all("pragma wal_checkpoint(truncate)")[0]?.[0] === 0;
    } finally {
      this.#database.exec("pragma synchronous = off");
    }
  }

  close(): void {
    // The connection itself lets go only when its statements are collected, so its write-ahead file is moved now.
    try {
      this.#database.exec("pragma wal_checkpoint(truncate)");
    } catch {
      // Whoever opens the file next does it, or finds that it is damaged.
    }
    this.forgetStatements();
    this.#database.close();
  }
}
