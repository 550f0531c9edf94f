import type { EncryptedDatabase } from "./encrypted-database.ts";
import { partTables } from "./schema.ts";

/** What a part has of a row. Ids are given by 32 hexadecimal digits. */
export interface StoredRow {
  readonly id: string;
  readonly action: string;
  readonly own: string;
}

const NUMBER_DIGITS = 16;
const ID_DIGITS = 32;

/** So many rows of a part that is removed are overwritten at a time. */
const REMOVED_ROWS = 4096;

/**
 * The rows in the file, a range of them in tables of its own. FTS5 goes through a list of occurrences from its end, so a
 * page deep in the past must not stand in one list with everything after it; and to forget some rows for good, only the
 * parts have to be written anew that had them. Lists of values go in as one JSON text each: a call costs more than what
 * it does to one row.
 */
export class Parts {
  readonly #database: EncryptedDatabase;
  readonly #partRows: number;
  /** The names of the tables of each part. */
  #names: string[] = [];
  /** The part that is written anew, and the name of what is to come. */
  #next: { readonly number: number; readonly name: string } | undefined;

  constructor(database: EncryptedDatabase, partRows: number) {
    this.#database = database;
    this.#partRows = partRows;
    const current = database.all(
      "select number, generation from parts where state = 'current' order by number",
    );
    this.#names = current.map(([number, generation]) => nameOf(number as number, generation as number));
  }

  partOf(index: number): number {
    return Math.floor(index / this.#partRows);
  }

  /** The first row of a part. */
  firstOf(part: number): number {
    return part * this.#partRows;
  }

  rows(indexes: readonly number[]): Map<number, string> {
    const found: unknown[][] = [];
    for (const [part, each] of this.#byPart(indexes, (index) => index)) {
      const sql = `select number, row from rows${this.#names[part]} where number in (select value from json_each(?))`;
      if (part < this.#names.length) found.push(...this.#database.all(sql, JSON.stringify(each)));
    }
    return new Map(found as [number, string][]);
  }

  addRows(first: number, rows: readonly StoredRow[]): void {
    const numbered = rows.map((row, at) => ({ number: first + at, row }));
    for (const [part, each] of this.#byPart(numbered, ({ number }) => number))
      this.#database.run(
        `insert into rows${this.#nameFor(part)} select ? + key, unhex(substr(value, 1, ${ID_DIGITS})),
         unhex(substr(value, ${ID_DIGITS + 1}, ${ID_DIGITS})), substr(value, ${2 * ID_DIGITS + 1}) from json_each(?)`,
        each[0]?.number,
        JSON.stringify(each.map(({ row: { action, id, own } }) => `${id}${action}${own}`)),
      );
  }

  /** The first row of a record's id for which `isThere` says yes. */
  numberOf(id: string, isThere: (index: number) => boolean): number | undefined {
    for (const name of this.#names) {
      const found = this.#database.all(
        `select number from rows${name} where id = unhex(?) order by number`,
        id,
      );
      for (const [number] of found) if (isThere(number as number)) return number as number;
    }
    return undefined;
  }

  /** The newest rows of actions for which `isThere` says yes. */
  latestOf(actions: readonly string[], isThere: (index: number) => boolean): Map<string, number> {
    const latest = new Map<string, number>();
    let asked = [...actions];
    for (let part = this.#names.length - 1; part >= 0 && asked.length > 0; part -= 1) {
      const found = this.#database.all(
        `select lower(hex(action)), number from rows${this.#names[part]}
         where action in (select unhex(value) from json_each(?)) order by number`,
        JSON.stringify(asked),
      ) as [string, number][];
      for (const [action, number] of found) if (isThere(number)) latest.set(action, number);
      asked = asked.filter((action) => !latest.has(action));
    }
    return latest;
  }

  addWords(documents: readonly number[], texts: readonly string[]): void {
    // One list, since two would be joined by comparing each with each.
    const values = documents.map((document, at) => ({ document, text: texts[at] as string }));
    for (const [part, each] of this.#byPart(values, ({ document }) => document))
      this.#addWords(this.#nameFor(part), each);
  }

  /** Documents from `lowest` to `highest` that match an expression of FTS5, newest first. */
  documents(match: string, lowest: number, highest: number, limit: number): number[] {
    const found: number[] = [];
    let part = Math.min(this.partOf(highest), this.#names.length - 1);
    for (; part >= 0 && this.firstOf(part + 1) > lowest && found.length < limit; part -= 1) {
      const words = `words${this.#names[part]}`;
      const sql = `select rowid from ${words} where ${words} match ? and rowid between ? and ? order by rowid desc limit ?`;
      for (const [document] of this.#database.all(sql, match, lowest, highest, limit - found.length))
        found.push(document as number);
    }
    return found;
  }

  /** Begins to write a part anew. What is left of an earlier attempt is removed. */
  beginNext(part: number): void {
    this.#database.exec("update parts set state = 'past' where state = 'next'");
    const [generation] = this.#database.all(
      "select max(generation) + 1 from parts where number = ?",
      part,
    )[0] as [number];
    this.#next = { name: this.#make(part, generation, "next"), number: part };
  }

  /** Takes rows from `first` up to, but without, `end` over as they are, but for those that are `gone`. */
  copyRows(first: number, end: number, gone: readonly number[]): void {
    const { name, number } = this.#nextPart();
    this.#database.run(
      `insert into rows${name} select * from rows${this.#names[number]}
       where number >= ? and number < ? and number not in (select value from json_each(?))`,
      first,
      end,
      JSON.stringify(gone),
    );
  }

  addNextWords(documents: readonly number[], texts: readonly string[]): void {
    const values = documents.map((document, at) => ({ document, text: texts[at] as string }));
    if (values.length > 0) this.#addWords(this.#nextPart().name, values);
  }

  /** Puts the part that was written anew in the place of the one that it was made from. */
  endNext(): void {
    const { name, number } = this.#nextPart();
    this.#database.run("update parts set state = 'past' where number = ? and state = 'current'", number);
    this.#database.run("update parts set state = 'current' where number = ? and state = 'next'", number);
    this.#names[number] = name;
    this.#next = undefined;
  }

  /** Removes a piece of what no longer counts. False when there is nothing left of it. */
  removePast(): boolean {
    const [past] = this.#database.all(
      "select number, generation from parts where state = 'past' limit 1",
    ) as [number, number][];
    if (past === undefined) return false;
    const name = nameOf(...past);
    const [[last]] = this.#database.all(
      `select max(number) from (select number from rows${name} order by number limit ${REMOVED_ROWS})`,
    ) as [[number | null]];
    if (last !== null) this.#database.run(`delete from rows${name} where number <= ?`, last);
    else {
      this.#database.forgetStatements();
      this.#database.exec(`drop table words${name}; drop table rows${name}`);
      this.#database.run("delete from parts where number = ? and generation = ?", ...past);
    }
    return true;
  }

  #addWords(name: string, values: readonly { readonly document: number; readonly text: string }[]): void {
    this.#database.run(
      `insert into words${name} (rowid, text) select cast(substr(value, 1, ${NUMBER_DIGITS}) as integer),
       substr(value, ${NUMBER_DIGITS + 1}) from json_each(?)`,
      JSON.stringify(
        values.map(({ document, text }) => `${String(document).padStart(NUMBER_DIGITS)}${text}`),
      ),
    );
  }

  #byPart<Value>(values: readonly Value[], indexOf: (value: Value) => number): Map<number, Value[]> {
    const parts = new Map<number, Value[]>();
    for (const value of values) {
      const part = this.partOf(indexOf(value));
      const known = parts.get(part);
      if (known === undefined) parts.set(part, [value]);
      else known.push(value);
    }
    return parts;
  }

  #nameFor(part: number): string {
    for (let number = this.#names.length; number <= part; number += 1)
      this.#names.push(this.#make(number, 0, "current"));
    return this.#names[part] as string;
  }

  #make(number: number, generation: number, state: "current" | "next"): string {
    const name = nameOf(number, generation);
    this.#database.exec(partTables(name));
    this.#database.run("insert into parts values (?, ?, ?)", number, generation, state);
    return name;
  }

  #nextPart(): { readonly number: number; readonly name: string } {
    if (this.#next === undefined) throw new Error("no part is being written anew");
    return this.#next;
  }
}

function nameOf(number: number, generation: number): string {
  return `_${number}_${generation}`;
}
