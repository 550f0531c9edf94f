import { ActionRows } from "../columns/action-rows.ts";
import { Columns } from "../columns/columns.ts";
import { Dictionary } from "../columns/dictionary.ts";
import { Usages } from "../columns/usages.ts";
import { type ErasureStatus, Erasures } from "../erasure/erasures.ts";
import { IndexFile, type IndexState } from "../file/index-file.ts";
import {
  type Context,
  contextKey,
  contextTokens,
  contextWords,
  NO_CONTEXT,
  NO_SHAPE,
  type Shape,
  shapeKey,
  shapeTokens,
  shapeWords,
} from "../row/facets.ts";
import { TableTotals } from "../tables/table-totals.ts";
import type { IndexOptions } from "./index-options.ts";

const CONTEXTS = 1;
const SHAPES = 2;

/**
 * Real work has some thousand forms of a hundred characters each. Beyond this, new forms are kept without their tables:
 * such a record is found by everything but its table.
 */
const SHAPES_CHARACTERS_MAX: number = 32 * 1024 * 1024;

/** What the full text has of a context or a shape. */
interface Searchable {
  readonly words: string;
  readonly tokens: string;
}

/** The file and all that is kept of it in memory. */
export class IndexTables {
  readonly file: IndexFile;
  readonly columns: Columns = new Columns();
  readonly contexts: Dictionary<Context, Searchable> = new Dictionary({
    derive: (context) => ({ tokens: contextTokens(context), words: contextWords(context) }),
    keyOf: contextKey,
    nothing: NO_CONTEXT,
  });
  readonly shapes: Dictionary<Shape, Searchable> = new Dictionary({
    charactersMax: SHAPES_CHARACTERS_MAX,
    derive: (shape) => ({ tokens: shapeTokens(shape), words: shapeWords(shape) }),
    keyOf: shapeKey,
    lighten: (shape) => ({ ...shape, names: [], roles: "", tables: [] }),
    nothing: NO_SHAPE,
  });
  readonly actions: ActionRows;
  readonly totals: TableTotals = new TableTotals();
  readonly usages: Usages = new Usages();
  readonly erasures: Erasures;
  readonly #ledger: string;
  #leaf: string;

  private constructor(file: IndexFile, state: IndexState) {
    this.file = file;
    this.#ledger = state.ledger;
    this.#leaf = state.leaf;
    this.actions = new ActionRows(file.parts, this.columns, state.actionsMs);
    this.erasures = new Erasures(file);
    this.contexts.load(file.facets(CONTEXTS));
    this.shapes.load(file.facets(SHAPES));
    this.columns.load(file.chunks(), state.cursor);
    this.totals.load(file.totals());
    this.usages.load(file.usages());
  }

  /** Throws when the file cannot be read, or does not hold what it should. */
  static open({ key, partRows, path, reader: { origin: ledger } }: IndexOptions): IndexTables {
    const file = IndexFile.open(path, key, partRows);
    try {
      const state = file.state() ?? { actionsMs: 0, cursor: 0, leaf: "", ledger };
      if (state.ledger !== ledger) throw new Error("the index is of another ledger");
      return new IndexTables(file, state);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  get cursor(): number {
    return this.columns.size;
  }

  get erasureStatus(): ErasureStatus {
    const { parts } = this.file;
    return this.erasures.status(
      (part) => Math.min(parts.firstOf(part + 1), this.cursor) - parts.firstOf(part),
    );
  }

  /** The leaf hash of the last entry that is indexed, in base64; empty before the first. */
  get leaf(): string {
    return this.#leaf;
  }

  /** Stores what `work` adds, and how far the index is then; all of it, or nothing. When it throws, open the file anew. */
  extend(leaf: string, work: () => void): void {
    this.file.transaction(() => {
      work();
      this.#saveFacets(CONTEXTS, this.contexts);
      this.#saveFacets(SHAPES, this.shapes);
      for (const chunk of this.columns.takeChanged()) this.file.saveChunk(chunk);
      for (const chunk of this.usages.takeChanged()) this.file.saveUsages(chunk);
      this.#saveTotals();
      this.actions.makeRoom();
      const { highestMs: actionsMs } = this.actions;
      this.file.saveState({ actionsMs, cursor: this.cursor, leaf, ledger: this.#ledger });
    });
    this.#leaf = leaf;
  }

  #saveFacets<Value>(kind: number, values: Dictionary<Value, Searchable>): void {
    const { first, texts } = values.takeAdded();
    if (texts.length > 0) this.file.addFacets(kind, first, texts);
    const removed = values.takeRemoved();
    if (removed.length > 0) this.file.removeFacets(kind, removed);
  }

  #saveTotals(): void {
    for (const { name, target, value } of this.totals.takeChanged()) this.file.saveTotal(target, name, value);
    for (const { table, target } of this.totals.takeRemoved()) this.file.removeTotal(target, table);
  }

  close(): void {
    this.file.close();
  }
}
