/** How often each value occurs, for the lists of the filters. */
interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** Answer of `GET /api/facets`; a part that a server does not have is left out. */
export interface Facets {
  readonly targets?: readonly FacetValue[];
  readonly agents?: readonly FacetValue[];
  readonly sessions?: readonly FacetValue[];
  readonly types?: readonly FacetValue[];
  readonly levels?: readonly FacetValue[];
  readonly tiers?: readonly FacetValue[];
}

/** One line of `GET /api/tables`. */
export interface TableRow {
  readonly target: string;
  readonly table: string;
  readonly statements: number;
  readonly reads: number;
  readonly writes: number;
  readonly denied: number;
  readonly rowsAffected: number;
  readonly lastIndex: number;
  readonly lastTime: string;
}

export interface TablePage {
  readonly tables: readonly TableRow[];
  /** Give it as `after` for the next page; null on the last one. */
  readonly next: string | null;
}
