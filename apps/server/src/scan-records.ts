import type { AuditRecord, RecordFilter, RecordPage, RecordRow } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import type { Records } from "./records.ts";

/** Keeps every row in memory, until the index of packages/views is there. */
export async function scanRecords(reader: LedgerReader): Promise<Records> {
  const records = new ScannedRecords(reader);
  await records.follow();
  return records;
}

class ScannedRecords implements Records {
  readonly #reader: LedgerReader;
  readonly #rows: RecordRow[] = [];
  readonly #listeners = new Set<(rows: readonly RecordRow[], cursor: number) => void>();
  #following: Promise<void> = Promise.resolve();

  constructor(reader: LedgerReader) {
    this.#reader = reader;
  }

  get cursor(): number {
    return this.#rows.length;
  }

  follow(): Promise<void> {
    this.#following = this.#following.then(() => this.#follow());
    return this.#following;
  }

  onRows(listener: (rows: readonly RecordRow[], cursor: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  list({ filter, view, before = this.cursor, limit }: Parameters<Records["list"]>[0]): RecordPage {
    const seen = new Set<string>();
    const rows: RecordRow[] = [];
    for (let at = this.cursor - 1; at >= 0; at -= 1) {
      const row = this.#rows[at] as RecordRow;
      if (view === "actions" && seen.has(row.action)) continue;
      seen.add(row.action);
      if (at < before && this.matches(row, filter)) rows.push(row);
      if (rows.length > limit) break;
    }
    const page = rows.slice(0, limit);
    return { next: rows.length > limit ? (page.at(-1)?.index ?? null) : null, rows: page, size: this.cursor };
  }

  rowsAfter(index: number, filter: RecordFilter, _: string, limit: number): readonly RecordRow[] {
    return this.#rows
      .slice(index + 1)
      .filter((row) => this.matches(row, filter))
      .slice(0, limit);
  }

  matches(row: RecordRow, filter: RecordFilter): boolean {
    const { agent, project, session, target, type } = filter;
    const matchesAll = [
      [agent, row.agent],
      [project, row.project],
      [session, row.session],
      [target, row.target],
    ].every(([wanted, found]) => wanted === undefined || wanted === found);
    return matchesAll && (type === undefined || row.type.startsWith(type));
  }

  related(
    action: string,
  ): readonly { readonly index: number; readonly type: string; readonly time: string }[] {
    return this.#rows
      .filter((row) => row.action === action)
      .map(({ index, time, type }) => ({ index, time, type }));
  }

  find(id: string): number | undefined {
    return this.#rows.findLast((row) => row.id === id || row.action === id)?.index;
  }

  close(): void {
    this.#listeners.clear();
  }

  async #follow(): Promise<void> {
    await this.#reader.refresh();
    const rows: RecordRow[] = [];
    for await (const { index, payload } of this.#reader.entries(this.cursor))
      rows.push(rowOf(index, JSON.parse(payload.toString("utf8")) as AuditRecord));
    this.#rows.push(...rows);
    if (rows.length > 0) for (const listener of this.#listeners) listener(rows, this.cursor);
  }
}

function rowOf(index: number, record: AuditRecord): RecordRow {
  const { action, id, level, message, operations = [], project, time, type } = record;
  const optional = {
    agent: record.actor.agent?.name,
    decision: record.decision?.effect,
    environment: record.target?.environment,
    human: record.actor.human?.name,
    outcome: record.transaction?.outcome,
    rows: record.effect?.rows,
    rule: record.decision?.rule,
    session: record.session,
    status: record.effect?.status,
    target: record.target?.name,
    text: record.statement?.text.slice(0, 500),
    tier: operations[0]?.tier,
    totalUs: record.duration?.totalUs,
  };
  return {
    action,
    id,
    index,
    level,
    message,
    objects: operations.flatMap(({ objects }) =>
      objects.map(({ name, schema }) => `${schema ?? ""}.${name}`),
    ),
    project,
    time,
    type,
    verbs: operations.map(({ verb }) => verb),
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<RecordRow>),
  };
}
