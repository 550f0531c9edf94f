/** Changed with anything that changes what is stored or how it is read: an index of another version is begun anew. */
export const INDEX_VERSION = 1;

/**
 * Everything in the file is derived from the ledger.
 *
 * - `state`: how far the index is, and of which ledger.
 * - `facets`: what many rows share, each once: contexts (who, where) and shapes (what, how it ended).
 * - `chunks`: 512 rows in columns, which are kept in memory and scanned for every list.
 * - `records`: what is left of a row.
 * - `ids`: the row of each record's id.
 * - `actions`: the newest row of each action.
 * - `totals`: what was done to each table of a target.
 */
export const SCHEMA: string = `
  create table state (name text primary key, value) without rowid;
  create table facets (kind integer, id integer, value text, primary key (kind, id)) without rowid;
  create table chunks (number integer primary key, crc integer, columns blob);
  create table records (number integer primary key, row text);
  create table ids (id blob primary key, number integer) without rowid;
  create table actions (action blob primary key, latest integer) without rowid;
  create table totals (target text, name text, value text, primary key (target, name)) without rowid;
`;

/**
 * The full text of a range of rows. Contentless and without positions, since a row only has to be found by it. The
 * tokenizer sees what `search/words.ts` has made simple, so that search and index cannot differ in what a word is.
 */
export function wordsTable(number: number): string {
  return `create virtual table words${number} using fts5
    (text, content = '', detail = none, columnsize = 0, tokenize = 'ascii')`;
}
