import type { AuditRecord, Effect, Simulation } from "@custody/domain";
import { type PageKey, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { formatBytes, formatCount } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { RecordedLines } from "../text/recorded-lines.tsx";
import { Facts } from "./facts.tsx";
import { RowsByTable } from "./rows-by-table.tsx";
import { Section } from "./section.tsx";
import { TimingBar } from "./timing-bar.tsx";

/** What came of it, as the real system said, and what became of the transaction. */
export function OutcomeSection({ record }: { readonly record: AuditRecord }): ReactNode {
  const { duration, effect, simulation, transaction } = record;
  const { bulk, byTable, bytes, code, error, granularity, rows, tag } = effect ?? {};
  const tables = byTable && byTable.length > 0 ? <RowsByTable tables={byTable} /> : undefined;
  const would =
    simulation && simulation.byTable.length > 0 ? <RowsByTable tables={simulation.byTable} /> : undefined;
  const unsaid = simulation === undefined ? unsaidOf(effect) : undefined;
  return (
    <Section title={pageText("detail.result")}>
      <Facts
        facts={[
          [pageText("detail.outcome"), transaction && <Outcome outcome={transaction.outcome} />],
          [pageText("detail.rows.affected"), counted(rows?.affected)],
          [pageText("detail.rows.matched"), counted(rows?.matched)],
          [pageText("detail.rows.returned"), counted(rows?.returned)],
          [
            pageText(granularity === "string" ? "detail.rows.by-table-string" : "detail.rows.by-table"),
            tables,
          ],
          [pageText("detail.would"), would],
          [pageText("detail.bytes"), bytes === undefined || bytes === 0 ? undefined : formatBytes(bytes)],
          [
            pageText("detail.bulk"),
            bulk &&
              pageText("detail.bulk-value", {
                size: formatBytes(bulk.bytes),
                direction: pageText(`detail.bulk.${bulk.direction}`),
                digest: bulk.digest,
              }),
          ],
          [pageText("detail.tag"), tag],
          [pageText("detail.code"), code],
        ]}
      />
      {error !== undefined && (
        <div className="mt-2">
          <RecordedLines text={error} label={pageText("detail.error")} />
        </div>
      )}
      {simulation !== undefined && (
        <p className="mt-2 text-ink-soft">
          <Simulated simulation={simulation} />
        </p>
      )}
      {unsaid !== undefined && <p className="mt-2 text-ink-soft">{pageText(unsaid)}</p>}
      {duration !== undefined && <TimingBar duration={duration} />}
    </Section>
  );
}

function Outcome({
  outcome,
}: {
  readonly outcome: "committed" | "rolled-back" | "open" | "unknown";
}): ReactNode {
  const isUnsure = outcome === "unknown";
  return <span className={isUnsure ? "text-bad" : ""}>{pageText(`detail.outcome.${outcome}`)}</span>;
}

function Simulated({ simulation: { outcome, reason } }: { readonly simulation: Simulation }): ReactNode {
  if (outcome === "simulated") return pageText("detail.status.simulated");
  return (
    <>
      {pageText("detail.status.not-simulated")} <Recorded text={reason ?? ""} />
    </>
  );
}

/** Why there is no word of the server: it was never asked, or it never answered. The two must not be confused. */
function unsaidOf(effect: Effect | undefined): PageKey | undefined {
  if (effect?.status === "denied") return "detail.status.denied";
  if (effect?.status === "skipped") return "detail.status.skipped";
  return effect?.source === "not-reported" ? "detail.source.not-reported" : undefined;
}

function counted(count: number | undefined): ReactNode {
  return count === undefined ? undefined : <strong className="tabular-nums">{formatCount(count)}</strong>;
}
