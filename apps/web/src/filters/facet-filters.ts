import type { Facets } from "@custody/domain";

/** The filters that offer a list of values. */
export type FacetFilterName =
  | "type"
  | "target"
  | "agent"
  | "level"
  | "tier"
  | "table"
  | "session"
  | "human"
  | "project"
  | "state";

/**
 * Where in the facets the values of a filter stand. Tables are too many for a facet: they are asked for by name. A level
 * means "at least", which the number of its own records does not tell.
 */
export const facetOf: Readonly<Partial<Record<FacetFilterName, keyof Facets>>> = {
  target: "targets",
  agent: "agents",
  session: "sessions",
  human: "humans",
  project: "projects",
  type: "types",
  tier: "tiers",
};

/** Values that there are whether or not something was recorded with them. */
export const fixedValues: Readonly<Partial<Record<FacetFilterName, readonly string[]>>> = {
  level: ["debug", "info", "warning", "error", "critical"],
  tier: ["read", "write", "destructive", "admin"],
  state: ["running", "ended", "unknown", "expired"],
  type: [
    "db.statement.requested",
    "db.statement.completed",
    "db.statement.denied",
    "db.statement.failed",
    "db.statement.cancelled",
    "db.statement.unknown",
    "db.connection",
    "prompt.submitted",
    "model.request",
    "tool.call",
    "session",
    "policy",
  ],
};

/** Filters that also take what somebody types, because not every value can be listed. */
export const takesTyped: ReadonlySet<FacetFilterName> = new Set([
  "agent",
  "table",
  "session",
  "target",
  "type",
  "human",
  "project",
]);
