import type { TablePage } from "@custody/domain";
import { pageText } from "@custody/messages";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue, useState } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
import { Notice } from "../frame/notice.tsx";
import { TableLine } from "./table-line.tsx";

const COLUMNS = ["table", "target", "statements", "reads", "writes", "denied", "rows", "last"] as const;

/** What was read and written, table by table; each line leads to the list of what happened to it. */
export function TablesPage(): ReactNode {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const tables = useTables(search);
  const rows = tables.data?.pages.flatMap((page) => page.tables) ?? [];
  return (
    <main className="min-h-0 flex-1 overflow-auto" data-scrolls>
      <div className="mx-auto max-w-6xl px-6 py-6">
        <div className="mb-4 flex flex-wrap items-end gap-4">
          <div className="me-auto">
            <h1 className="text-xl font-semibold tracking-tight">{pageText("tables.title")}</h1>
            <p className="text-ink-soft">{pageText("tables.lead")}</p>
          </div>
          <input
            type="search"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            aria-label={pageText("tables.search")}
            placeholder={pageText("tables.search")}
            className="field w-64"
          />
        </div>
        {tables.isError && (
          <Notice title={pageText("tables.failed", { reason: problemText(tables.error) })} />
        )}
        {tables.isSuccess && rows.length === 0 && (
          <Notice title={pageText(search === "" ? "tables.empty" : "tables.none")} />
        )}
        {rows.length > 0 && (
          <div className="overflow-x-auto rounded-lg border border-line bg-surface">
            <table className="w-full border-collapse tabular-nums">
              <thead>
                <tr className="text-[11.5px] text-ink-faint">
                  {COLUMNS.map((column, at) => (
                    <th
                      key={column}
                      scope="col"
                      className={`h-8 px-4 font-medium ${at < 2 ? "text-start" : "text-end"}`}
                    >
                      {pageText(`tables.column.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <TableLine key={`${row.target}\n${row.table}`} row={row} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {tables.hasNextPage && (
          <Button className="plain-button mt-4" onPress={() => void tables.fetchNextPage()}>
            {pageText("tables.more")}
          </Button>
        )}
      </div>
    </main>
  );
}

function useTables(search: string) {
  return useInfiniteQuery({
    queryKey: ["tables", search],
    initialPageParam: "",
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }): Promise<TablePage> => {
      const query = new URLSearchParams({ limit: "100" });
      if (search !== "") query.set("search", search);
      if (pageParam !== "") query.set("after", pageParam);
      return requestJson<TablePage>(`/api/tables?${query}`, { signal });
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
