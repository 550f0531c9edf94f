import type { PlaceKind } from "../place.ts";
import type { PlaceFailure, PlaceState } from "./place-state.ts";

const KINDS: readonly PlaceKind[] = ["witness", "timestamp", "git", "file", "s3"];

export function formatState(places: readonly PlaceState[]): string {
  return `${JSON.stringify({ places, v: 1 }, undefined, 2)}\n`;
}

/** Whatever makes no sense is left out: everything in it is found out anew, at the cost of one more record. */
export function parseState(text: string): PlaceState[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const { places, v } = (value ?? {}) as { places?: unknown; v?: unknown };
  return v === 1 && Array.isArray(places) ? places.flatMap((place) => parsePlace(place) ?? []) : [];
}

function parsePlace(value: unknown): PlaceState | undefined {
  const { everyMs, failure, failureRecorded, kept, kind, name, recorded } = (value ?? {}) as Partial<
    Record<keyof PlaceState, unknown>
  >;
  const isPlace = KINDS.includes(kind as PlaceKind) && typeof name === "string" && isSize(everyMs);
  if (!isPlace) return undefined;
  const wrong =
    (kept !== undefined && !isKept(kept)) ||
    (failure !== undefined && !isFailure(failure)) ||
    (recorded !== undefined && !isRecorded(recorded)) ||
    (failureRecorded !== undefined && !isTime(failureRecorded));
  return wrong ? undefined : (value as PlaceState);
}

function isKept(value: unknown): value is NonNullable<PlaceState["kept"]> {
  return typeof (value as PlaceState["kept"])?.origin === "string" && isRecorded(value);
}

function isRecorded(value: unknown): value is NonNullable<PlaceState["recorded"]> {
  const { size, time } = (value ?? {}) as { size?: unknown; time?: unknown };
  return isSize(size) && isTime(time);
}

function isFailure(value: unknown): value is PlaceFailure {
  const { code, isContradiction, message, recordedAs, since, tries } = (value ?? {}) as Partial<
    Record<keyof PlaceFailure, unknown>
  >;
  const isSaid = typeof code === "string" && typeof message === "string";
  return (
    isSaid &&
    ["nothing", "failed", "contradicted"].includes(recordedAs as string) &&
    typeof isContradiction === "boolean" &&
    isTime(since) &&
    isSize(tries)
  );
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}
