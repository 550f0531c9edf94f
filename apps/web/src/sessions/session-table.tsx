import type { SessionSummary } from "@custody/domain";
import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { SessionLine } from "./session-line.tsx";
import type { SteadyPlace } from "./steady-list.ts";

const COLUMNS = [
  "state",
  "who",
  "project",
  "started",
  "prompts",
  "requests",
  "statements",
  "writes",
  "denied",
  "tokens",
  "cost",
  "last",
] as const;
const NUMBERS: ReadonlySet<string> = new Set([
  "prompts",
  "requests",
  "statements",
  "writes",
  "denied",
  "tokens",
  "cost",
]);

interface SessionTableProps {
  readonly places: readonly SteadyPlace<SessionSummary>[];
  readonly label: string;
}

/** Sessions in their places. One that has left the list leaves its place empty, so that nothing moves. */
export function SessionTable({ label, places }: SessionTableProps): ReactNode {
  return (
    <section
      className="overflow-x-auto rounded-lg border border-line bg-surface"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={label}
    >
      <table className="w-full border-collapse tabular-nums">
        <thead>
          <tr className="text-[11.5px] text-ink-faint">
            {COLUMNS.map((column) => (
              <th
                key={column}
                scope="col"
                className={`h-8 px-3 font-medium ${NUMBERS.has(column) ? "text-end" : "text-start"}`}
              >
                {pageText(`sessions.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map(({ id, item }) =>
            item === undefined ? (
              <tr key={id} className="h-12 border-t border-line text-ink-faint">
                <td className="px-3" colSpan={COLUMNS.length}>
                  {pageText("sessions.gone")}
                </td>
              </tr>
            ) : (
              <SessionLine key={id} session={item} />
            ),
          )}
        </tbody>
      </table>
    </section>
  );
}
