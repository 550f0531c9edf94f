import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { FilterChip } from "./filter-chip.tsx";
import { SearchBox } from "./search-box.tsx";
import { TimeChip } from "./time-chip.tsx";
import { useViewSearch } from "./use-view-search.ts";
import { hasFilter, type ViewSearch } from "./view-search.ts";

const CHIPS = ["type", "target", "agent", "level", "tier", "table", "session"] as const;

export function FilterBar({ search }: { readonly search: ViewSearch }): ReactNode {
  const change = useViewSearch();
  return (
    <search
      aria-label={pageText("filter.label")}
      className="flex flex-wrap items-center gap-2 border-b border-line bg-surface px-4 py-2"
    >
      <SearchBox value={search.search ?? ""} onChange={(text) => change({ search: text }, "replace")} />
      {CHIPS.map((name) => (
        <FilterChip
          key={name}
          name={name}
          value={search[name]}
          onChange={(value) => change({ [name]: value }, "push")}
        />
      ))}
      <TimeChip since={search.since} until={search.until} onChange={(range) => change(range, "push")} />
      {hasFilter(search) && (
        <Button className="link-button ms-1" onPress={() => change("clear", "push")}>
          {pageText("filter.clear")}
        </Button>
      )}
    </search>
  );
}
