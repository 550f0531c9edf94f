import type { Facets, TablePage } from "@custody/domain";
import { useQuery } from "@tanstack/react-query";
import { requestJson } from "../api/request.ts";
import { type FacetFilterName, facetOf, fixedValues } from "./facet-filters.ts";

export interface Choice {
  readonly value: string;
  readonly count: number | undefined;
}

/** What a filter offers: fixed values first, then what was recorded, the most frequent as the server orders them. */
export function useChoices(name: FacetFilterName): readonly Choice[] {
  const { data } = useQuery({
    queryKey: ["choices", name === "table" ? "tables" : "facets"],
    staleTime: 10_000,
    queryFn: ({ signal }): Promise<Facets | TablePage> =>
      requestJson(name === "table" ? "/api/tables?limit=200" : "/api/facets", { signal }),
  });
  const recorded = data === undefined ? [] : "tables" in data ? tableChoices(data) : facetChoices(name, data);
  const counts = new Map(recorded.map(({ value, count }) => [value, count]));
  const fixed = fixedValues[name] ?? [];
  const others = recorded.filter(({ value }) => !fixed.includes(value));
  return [...fixed.map((value) => ({ value, count: counts.get(value) })), ...others];
}

function facetChoices(name: FacetFilterName, facets: Facets): readonly Choice[] {
  const facet = facetOf[name];
  return (facet && facets[facet]) ?? [];
}

/** A table of one name at two targets is one choice. */
function tableChoices({ tables }: TablePage): readonly Choice[] {
  const counts = new Map<string, number>();
  for (const { table, statements } of tables) counts.set(table, (counts.get(table) ?? 0) + statements);
  return [...counts].map(([value, count]) => ({ value, count }));
}
