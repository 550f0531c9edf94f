/** The files of an evidence folder. What a checkpoint kept elsewhere and timestamps add lies in `outside`. */
export interface FolderNames {
  readonly checkpoint: string;
  readonly consistency: string;
  readonly manifest: string;
  readonly outside: string;
  readonly page: string;
  readonly readme: string;
  readonly receipts: string;
  readonly records: string;
  readonly verifier: string;
  readonly witnessed: string;
}

export const folderNames: FolderNames = {
  checkpoint: "checkpoint",
  /** Shows that the witnessed checkpoint is the beginning of `checkpoint`: a hash a line, in base64. */
  consistency: "witnessed-consistency",
  manifest: "evidence.json",
  outside: "outside",
  page: "index.html",
  readme: "README.txt",
  receipts: "receipts.jsonl",
  records: "records.jsonl",
  verifier: "verifier",
  /** In `outside`. */
  witnessed: "witnessed",
};

/** What a folder says of itself. No signature covers it: the records have to bear it out. */
export interface Manifest {
  readonly v: 1;
  readonly session: string;
  readonly records: number;
  readonly destroyed: number;
  /** RFC 3339. */
  readonly madeAt: string;
  readonly madeBy: string;
}

/** Undefined when it is no manifest. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { destroyed, madeAt, madeBy, records, session, v } = value as Record<string, unknown>;
  const isWhole =
    v === 1 && [session, madeAt, madeBy].every((each) => typeof each === "string") && isCount(records);
  return isWhole && isCount(destroyed) ? (value as Manifest) : undefined;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
