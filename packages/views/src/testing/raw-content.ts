import { readFileSync } from "node:fs";
import Database from "libsql";

/**
 * Everything that is in an index file, whatever reads it: each row of each table, those behind the full text and its terms
 * too; and each page as it is, free ones included, without encryption. Open it after the index was closed.
 */
export function rawContent(path: string, key: Buffer): { readonly rows: string; readonly pages: Buffer } {
  const options = { encryptionCipher: "aes256cbc", encryptionKey: key.toString("hex"), timeout: 1000 };
  const database = new Database(path, options);
  try {
    const names = database.prepare("select name, sql from sqlite_schema where type = 'table'").raw().all();
    let rows: unknown[] = [];
    for (const [name, sql] of names as [string, string][]) {
      if (!sql.startsWith("CREATE VIRTUAL"))
        rows = rows.concat(database.prepare(`select * from "${name}"`).raw().all());
      else {
        database.exec(`create virtual table temp.terms using fts5vocab(main, '${name}', row)`);
        rows = rows.concat(database.prepare("select term from temp.terms").raw().all());
        database.exec("drop table temp.terms");
      }
    }
    const pages = database.prepare("select data from sqlite_dbpage order by pgno").raw().all() as [Buffer][];
    const text = (value: unknown) => (Buffer.isBuffer(value) ? value.toString("latin1") : String(value));
    return {
      pages: Buffer.concat([...pages.map(([data]) => data), besides(path)]),
      rows: rows.flatMap((row) => (row as unknown[]).map(text)).join("\n"),
    };
  } finally {
    database.close();
  }
}

/** The write-ahead file, which is encrypted as well, and so must be empty to be no secret. */
function besides(path: string): Buffer {
  try {
    return readFileSync(`${path}-wal`);
  } catch {
    return Buffer.alloc(0);
  }
}
