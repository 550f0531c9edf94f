/** What one check found. `unknown` is not `ok`: it could not be looked at. */
export interface Diagnosis {
  readonly id: string;
  readonly status: "ok" | "warn" | "fail" | "unknown";
  readonly what: string;
  /** What to do; empty where nothing needs to be done. */
  readonly advice: string;
}

export type Check = () =>
  | Diagnosis
  | readonly Diagnosis[]
  | Promise<Diagnosis>
  | Promise<readonly Diagnosis[]>;

export function ok(id: string, what: string): Diagnosis {
  return { advice: "", id, status: "ok", what };
}

export function warn(id: string, what: string, advice: string): Diagnosis {
  return { advice, id, status: "warn", what };
}

export function fail(id: string, what: string, advice: string): Diagnosis {
  return { advice, id, status: "fail", what };
}

export function unknown(id: string, what: string, advice: string): Diagnosis {
  return { advice, id, status: "unknown", what };
}
