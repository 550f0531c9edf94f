/** How many rows one value of a filter would show. */
export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** The values that there are to filter by, the most frequent first; levels and tiers in rising order. */
export interface Facets {
  readonly agents: readonly FacetValue[];
  /** The names of people. */
  readonly humans: readonly FacetValue[];
  readonly levels: readonly FacetValue[];
  readonly projects: readonly FacetValue[];
  /** The newest hundred, newest first. */
  readonly sessions: readonly FacetValue[];
  readonly targets: readonly FacetValue[];
  readonly tiers: readonly FacetValue[];
  readonly types: readonly FacetValue[];
}
