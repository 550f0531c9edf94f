import type { SimulatedRows } from "@custody/domain";
import { escapeText, pageText } from "@custody/messages";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { LongList } from "../detail/long-list.tsx";
import { rowsText } from "../detail/rows-by-table.tsx";
import type { ShownHold } from "./hold.ts";
import { namedIn } from "./named.ts";
import { Revealed } from "./revealed.tsx";
import { warningsOf } from "./warnings.ts";

/** Rows by table, what comes and goes with them, and in a tone of warning what nobody could find out or hold it to. */
export function HoldImpact({ shown }: { readonly shown: ShownHold }): ReactNode {
  const { impact } = shown;
  const isNamed = namedIn(shown);
  const things = [
    ...(impact?.dropped ?? []).map((what) => pageText("holds.drops", { what })),
    ...(impact?.created ?? []).map((what) => pageText("holds.creates", { what })),
  ];
  return (
    <div className="flex flex-col gap-2">
      {impact !== undefined && impact.byTable.length > 0 && (
        <LongList items={impact.byTable} itemClassName="flex flex-wrap items-baseline gap-x-2">
          {(table) => <TableImpact table={table} isNamed={isNamed(table.name)} />}
        </LongList>
      )}
      {things.length > 0 && (
        <LongList items={things} className="text-ink-soft" itemClassName="wrap-anywhere">
          {(thing) => <Revealed text={thing} />}
        </LongList>
      )}
      <Warnings texts={[...unknownsOf(shown), ...warningsOf(shown)]} />
    </div>
  );
}

function TableImpact({
  isNamed,
  table,
}: {
  readonly isNamed: boolean;
  readonly table: SimulatedRows;
}): ReactNode {
  return (
    <>
      <span className="font-mono text-[12.5px] wrap-anywhere">
        <Revealed text={`${table.schema}.${table.name}`} />
      </span>
      <span className="tabular-nums">{rowsText(table)}</span>
      {table.isDropped && <span className="badge bg-bad-ground text-bad">{pageText("holds.dropped")}</span>}
      {!isNamed && <span className="badge bg-caution-ground text-caution">{pageText("holds.unnamed")}</span>}
    </>
  );
}

function unknownsOf({ impact, unenforceable }: ShownHold): string[] {
  const why = impact?.reason;
  return [
    ...(impact?.outcome === "simulated"
      ? []
      : [
          why === undefined
            ? pageText("holds.unknown-impact-bare")
            : pageText("holds.unknown-impact", { why: escapeText(why) }),
        ]),
    ...(unenforceable === undefined
      ? []
      : [pageText("holds.unenforceable", { why: escapeText(unenforceable) })]),
    ...(impact?.sideEffects ?? []).map((what) => pageText("holds.side-effect", { what: escapeText(what) })),
    ...(impact?.notes ?? []).map((what) => pageText("holds.note", { what: escapeText(what) })),
  ];
}

function Warnings({ texts }: { readonly texts: readonly string[] }): ReactNode {
  if (texts.length === 0) return null;
  return (
    <ul
      className="rounded-md bg-caution-ground px-3 py-2 text-caution"
      aria-label={pageText("holds.warnings")}
    >
      {texts.map((text) => (
        <li key={text} className="flex gap-2 wrap-anywhere">
          <TriangleAlert size={14} aria-hidden className="mt-0.5 shrink-0" />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}
