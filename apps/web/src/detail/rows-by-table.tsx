import type { SimulatedRows, TableRows } from "@custody/domain";
import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { formatCount } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { LongList } from "./long-list.tsx";

const CHANGES = ["inserted", "updated", "deleted"] as const;

/** The rows that the server counted, whoever changed them: the statement itself, a foreign key, or code. */
export function RowsByTable({
  tables,
}: {
  readonly tables: readonly (TableRows | SimulatedRows)[];
}): ReactNode {
  return (
    <LongList items={tables} itemClassName="flex flex-wrap items-baseline gap-x-2">
      {(table) => (
        <>
          <span className="font-mono text-[12.5px] [overflow-wrap:anywhere]">
            <Recorded text={`${table.schema}.${table.name}`} />
          </span>
          <span className="tabular-nums">{rowsText(table)}</span>
        </>
      )}
    </LongList>
  );
}

/** What became of the rows of one table, or would. */
export function rowsText(table: TableRows | SimulatedRows): string {
  return CHANGES.filter((change) => table[change] > 0)
    .map((change) => pageText(`detail.rows.${change}`, { rows: formatCount(table[change]) }))
    .concat("removed" in table && table.removed !== 0 ? [removedText(table.removed)] : [])
    .join(", ");
}

/** Rows that go with their table, or with all others of it. */
function removedText(removed: number | null): string {
  return removed === null
    ? pageText("detail.rows.removed-uncounted")
    : pageText("detail.rows.removed", { rows: formatCount(removed) });
}
