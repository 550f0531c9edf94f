import type { RecordFilter } from "@custody/domain";

/** What the address of the page says about the list: exactly a filter, so that a view can be linked and loaded again. */
export type ViewSearch = { readonly [Name in keyof RecordFilter]?: string };

const filterNames: readonly (keyof RecordFilter)[] = [
  "target",
  "agent",
  "human",
  "type",
  "level",
  "tier",
  "table",
  "session",
  "project",
  "since",
  "until",
  "search",
];

/** Takes from an address what is a filter, and nothing else. */
export function viewSearchOf(raw: Readonly<Record<string, unknown>>): ViewSearch {
  const found = filterNames.flatMap((name) => {
    const value = raw[name];
    return typeof value === "string" && value !== "" ? [[name, value]] : [];
  });
  return Object.fromEntries(found) as ViewSearch;
}

/** The same for the server, always in one order: equal filters are equal strings. */
export function filterQuery(search: ViewSearch): string {
  const query = new URLSearchParams();
  for (const name of filterNames) {
    const value = search[name];
    if (value !== undefined) query.set(name, value);
  }
  return query.toString();
}

export function hasFilter(search: ViewSearch): boolean {
  return filterNames.some((name) => search[name] !== undefined);
}
