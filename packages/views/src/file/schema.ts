/** Changed with anything that changes what is stored or how it is read: an index of another version is begun anew. */
export const INDEX_VERSION = 3;

/** The tables that are written anew as a whole, so that no page keeps a trace of what was in them. */
export const SMALL_TABLES = {
  facets: "(kind integer, id integer, value text, primary key (kind, id)) without rowid",
  totals: "(target text, name text, value text, primary key (target, name)) without rowid",
} as const;

/**
 * Everything in the file is derived from the ledger.
 *
 * - `state`: how far the index is, and of which ledger.
 * - `facets`: what many rows share, each once: contexts (who, where) and shapes (what, how it ended).
 * - `totals`: what was done to each table of a target.
 * - `chunks`: 512 rows in columns, which are kept in memory and scanned for every list.
 * - `usages`: what answers of models took, 512 of them in columns, likewise.
 * - `parts`: where the rest of the rows is, see `partTables`. A part that is `next` is made from the `current` one of its
 *   number, without what is to be forgotten; one that is `past` is removed.
 * - `erasures`: the orders that were met, the numbers of the parts that had something of what they destroyed, and of
 *   those that still have.
 */
export const SCHEMA: string = `
  create table state (name text primary key, value) without rowid;
  create table facets ${SMALL_TABLES.facets};
  create table totals ${SMALL_TABLES.totals};
  create table chunks (number integer primary key, crc integer, columns blob);
  create table usages (number integer primary key, crc integer, columns blob);
  create table parts (number integer, generation integer, state text, primary key (number, generation)) without rowid;
  create table erasures (number integer primary key, parts text, left text, is_purged integer);
`;

/**
 * A range of rows: what columns do not have of them, and their full text. That is contentless and without positions,
 * since a row only has to be found by it. Its tokenizer sees what `search/words.ts` has made simple, so that search and
 * index cannot differ in what a word is.
 */
export function partTables(name: string): string {
  return `
    create table rows${name} (number integer primary key, id blob, action blob, row text);
    create index ids${name} on rows${name} (id);
    create index actions${name} on rows${name} (action);
    create virtual table words${name} using fts5
      (text, content = '', detail = none, columnsize = 0, tokenize = 'ascii');
  `;
}
