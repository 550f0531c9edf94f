import type { Location, Source } from "@custody/domain";

/** What is the same in every record that one run of the program writes. */
export interface Origin {
  readonly location: Location;
  readonly source: Omit<Source, "sequence">;
}

/** Where this process writes from. `instance` is new at each start: its records count from 0. */
export function originOf(options: {
  readonly host: string;
  readonly instance: string;
  readonly timezone: string;
  readonly version: string;
}): Origin {
  const { host, instance, timezone, version } = options;
  return {
    location: { host, timezone },
    source: { instance, kind: "gateway", name: "custody", vantage: "observed", version },
  };
}
