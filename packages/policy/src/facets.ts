import type { Action } from "@custody/domain";

/** What rules may ask of an action besides what its statement does: who acts, and where. */
export type Facet =
  | "agent"
  | "database"
  | "engine"
  | "environment"
  | "human"
  | "humanId"
  | "project"
  | "target"
  | "user";

/** How each is read; what is not known is empty. */
export const FACETS: Readonly<Record<Facet, (action: Action) => string>> = {
  agent: ({ session }) => session.actor.agent?.name ?? "",
  database: ({ target }) => target.database ?? "",
  engine: ({ target }) => target.kind,
  environment: ({ target }) => target.environment,
  human: ({ session }) => session.actor.human?.name ?? "",
  humanId: ({ session }) => session.actor.human?.id ?? "",
  project: ({ session }) => session.project,
  target: ({ target }) => target.name,
  user: ({ target }) => target.user ?? "",
};
