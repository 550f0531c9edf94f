import type { OutsideAnswer } from "@custody/server";

export const ONLY_DETECTING = "tamper-detecting only: no copy of a checkpoint outside this machine";

/** Which places have a copy of a checkpoint, and since when; honestly nothing where there is none. */
export function outsideLines({ places, witnessed }: OutsideAnswer): string[] {
  if (places.length === 0) return [ONLY_DETECTING];
  const lines = places.map(
    ({ failure, kept, kind, name }) =>
      `${kind} ${name}: ${kept ? `${kept.size} entries at ${kept.time}` : "none yet"}${failure ? troubleOf(failure) : ""}`,
  );
  const hasCopy = places.some(({ kept, kind }) => kept !== null && isCopy(kind));
  return [...(hasCopy ? [] : [ONLY_DETECTING]), ...lines, ...witnessedLines(places, witnessed)];
}

/** An authority that says what time it is keeps nothing: what it gave lies beside the ledger. */
export function isCopy(kind: OutsideAnswer["places"][number]["kind"]): boolean {
  return kind !== "timestamp";
}

function troubleOf({ code, isContradiction, message, since }: OutsideFailure): string {
  return ` — ${isContradiction ? "CONTRADICTS THE LEDGER" : "FAILS"} since ${since}: ${message} (${code})`;
}

type OutsideFailure = NonNullable<OutsideAnswer["places"][number]["failure"]>;

function witnessedLines(places: OutsideAnswer["places"], witnessed: OutsideAnswer["witnessed"]): string[] {
  if (!places.some(({ kind }) => kind === "witness")) return [];
  if (witnessed === null) return ["no checkpoint is cosigned by as many witnesses as the policy asks for"];
  const names = witnessed.cosigners.map(({ name }) => name).join(", ");
  return [`cosigned by ${names}: ${witnessed.size} entries`];
}
