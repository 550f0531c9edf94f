import { dirname } from "node:path";
import Database from "libsql";
import { ViewsError } from "../error.ts";

/**
 * Keeps others from the same index: a second file that stays locked by the operating system for as long as its owner
 * lives, also when that ends without a word. It is a database of its own because Node has no file locks, and because a
 * connection closes at once only when no statement was ever prepared on it.
 */
export class FileLock {
  readonly #database: Database.Database;

  /** @throws ViewsError INDEX_IN_USE */
  constructor(path: string) {
    this.#database = new Database(path);
    try {
      this.#database.exec(
        "pragma locking_mode = exclusive; begin exclusive; create table if not exists lock (a)",
      );
    } catch (cause) {
      this.#database.close();
      if ((cause as { code?: unknown }).code !== "SQLITE_BUSY") throw cause;
      throw new ViewsError(
        "INDEX_IN_USE",
        `another process keeps the index in ${dirname(path)}: stop it first`,
        {
          cause,
        },
      );
    }
  }

  release(): void {
    this.#database.close();
  }
}
