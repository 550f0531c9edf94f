/** What the address says about the list of sessions: exactly the filters of `GET /api/sessions`. */
export interface SessionSearch {
  readonly state?: string;
  readonly agent?: string;
  readonly human?: string;
  readonly project?: string;
}

export const sessionFilters = ["state", "agent", "human", "project"] as const;

/** Takes from an address what is a filter of sessions, and nothing else. */
export function sessionSearchOf(raw: Readonly<Record<string, unknown>>): SessionSearch {
  const found = sessionFilters.flatMap((name) => {
    const value = raw[name];
    return typeof value === "string" && value !== "" ? [[name, value]] : [];
  });
  return Object.fromEntries(found) as SessionSearch;
}

/** The same for the server, always in one order: equal filters are equal strings. */
export function sessionQuery(search: SessionSearch): string {
  const query = new URLSearchParams();
  for (const name of sessionFilters) {
    const value = search[name];
    if (value !== undefined) query.set(name, value);
  }
  return query.toString();
}
