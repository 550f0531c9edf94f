import type { PlaceKind } from "../place.ts";

/** What is known about one place. Times are RFC 3339. */
export interface PlaceState {
  readonly kind: PlaceKind;
  readonly name: string;
  readonly everyMs: number;
  /** The checkpoint that it kept last. */
  readonly kept?: { readonly origin: string; readonly size: number; readonly time: string };
  /** Why it keeps none at the moment. */
  readonly failure?: PlaceFailure;
  /** What the ledger was told about it last. */
  readonly recorded?: { readonly size: number; readonly time: string };
  /** When the ledger was told last that it failed. */
  readonly failureRecorded?: string;
}

export interface PlaceFailure {
  readonly code: string;
  readonly message: string;
  readonly since: string;
  readonly tries: number;
  /** The worst that a record says about it. */
  readonly recordedAs: "nothing" | "failed" | "contradicted";
  /** Whether it is more than a failure: what the place says cannot be true together with what the ledger says. */
  readonly isContradiction: boolean;
}
