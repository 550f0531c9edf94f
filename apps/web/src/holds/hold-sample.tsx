import { type ChangedCell, type RowChange, rowChanges, type TableSample } from "@custody/domain";
import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import type { Hold } from "./hold.ts";
import { Revealed } from "./revealed.tsx";
import { type HoldSampleAnswer, useHoldSample } from "./use-hold-sample.ts";

/**
 * The rows that have changed, as they were and as they are. As high whatever comes, and before it comes: nothing below it may move
 * under a finger.
 */
export function HoldSample({ digest, hold }: { readonly digest: string; readonly hold: Hold }): ReactNode {
  const { data, isError } = useHoldSample(hold.id, digest);
  const label = pageText("holds.sample");
  return (
    <section aria-label={label} className="flex flex-col gap-1">
      <p className="flex h-5 gap-3 text-ink-soft">
        <span className="shrink-0">{label}</span>
        <span className="truncate">{pageText("holds.sample-legend")}</span>
      </p>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        data-sample={digest}
        className="h-32 overflow-auto rounded-md border border-line px-3 py-2"
      >
        {isError ? pageText("holds.sample-failed") : <Answer data={data} />}
      </div>
    </section>
  );
}

function Answer({ data }: { readonly data: HoldSampleAnswer | undefined }): ReactNode {
  if (data === undefined) return <span className="text-ink-soft">{pageText("holds.sample-loading")}</span>;
  if (data === "gone") return pageText("holds.sample-gone");
  if (data === "wrong") return <strong className="text-bad">{pageText("holds.sample-wrong")}</strong>;
  return (
    <div className="flex flex-col gap-2">
      {data.tables.map((table) => (
        <TableRows key={`${table.schema}.${table.name}`} table={table} />
      ))}
      {data.notes.map((note) => (
        <p key={note} className="text-caution">
          <Revealed text={note} />
        </p>
      ))}
    </div>
  );
}

function TableRows({ table }: { readonly table: TableSample }): ReactNode {
  const { after, before, name, schema } = table;
  return (
    <div className="flex flex-col gap-0.5">
      <p className="font-mono text-[12.5px] wrap-anywhere">
        <Revealed text={`${schema}.${name}`} />
      </p>
      <ul className="flex flex-col gap-0.5 font-mono text-[12.5px]">
        {rowChanges(table).map((change, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows without a key have no identity but their place.
          <Row key={at} change={change} />
        ))}
      </ul>
      {(["before", "after"] as const).map((half) => {
        const reason = table[half].unread;
        return reason === undefined ? null : (
          <p key={half} className="text-caution">
            <Revealed text={pageText(`holds.sample-unread.${half}`, { reason })} />
          </p>
        );
      })}
      {(after.isCut || before.isCut) && <p className="text-ink-soft">{pageText("holds.sample-more")}</p>}
    </div>
  );
}

const SIGNS = { after: "+", before: "−", both: "±" } as const;
const TONES = { after: "text-good", before: "text-bad", both: "text-running" } as const;

function Row({ change }: { readonly change: RowChange }): ReactNode {
  const { cells, key, kind } = change;
  return (
    <li data-change={kind} className="flex gap-2 wrap-anywhere">
      <span className={TONES[kind]}>{SIGNS[kind]}</span>
      <span className="flex flex-wrap gap-x-3">
        {[...key, ...cells].map((cell) => (
          <Cell key={cell.column} cell={cell} />
        ))}
        {kind === "both" && cells.length === 0 && (
          <span className="text-ink-soft">{pageText("holds.sample-same")}</span>
        )}
      </span>
    </li>
  );
}

function Cell({ cell: { after, before, column } }: { readonly cell: ChangedCell }): ReactNode {
  const isChanged = before !== undefined && after !== undefined && before !== after;
  return (
    <span>
      <span className="text-ink-soft">
        <Revealed text={column} />
      </span>{" "}
      {isChanged && (
        <>
          <del className="text-bad">
            <Value value={before} />
          </del>
          {" → "}
        </>
      )}
      <span className={isChanged ? "text-good" : ""}>
        <Value value={after === undefined ? before : after} />
      </span>
    </span>
  );
}

function Value({ value }: { readonly value: string | null | undefined }): ReactNode {
  if (value === null || value === undefined)
    return <span className="text-ink-soft italic">{pageText("holds.sample-null")}</span>;
  return <Revealed text={value} />;
}
