import type { AuditRecord, RecordRow } from "@custody/domain";
import { parseBlobReference } from "@custody/ledger";
import type { RouteParts } from "../routes/parts.ts";

/** A piece of a recording, as it is on record. */
export interface StoredPiece {
  readonly piece: number;
  readonly fromUs: number;
  readonly columns: number;
  readonly rows: number;
  readonly recording: string;
}

type Stored = Pick<RouteParts, "reader" | "records">;

const PAGE = 200;

/** The rows of a session's pieces, newest first, until the bytes of what is wanted are there. */
export function pieceRows({ records }: Pick<Stored, "records">, session: string, most: number): RecordRow[] {
  const rows: RecordRow[] = [];
  let before: number | undefined;
  do {
    const page = records.list({
      filter: { session, type: "terminal.recorded" },
      limit: PAGE,
      view: "records",
      ...(before === undefined ? undefined : { before }),
    });
    rows.push(...page.rows);
    before = page.next ?? undefined;
  } while (before !== undefined && rows.length < most);
  return rows;
}

/** One piece, from the ledger; undefined where it was destroyed. */
export async function storedPiece(
  { reader }: Pick<Stored, "reader">,
  index: number,
): Promise<StoredPiece | undefined> {
  const { payload } = await reader.entry(index);
  if (payload === undefined) return undefined;
  const { blobs = [], details = {} } = JSON.parse(payload.toString("utf8")) as AuditRecord;
  const body = blobs.find(({ role }) => role === "recording");
  if (body === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of reader.blob(parseBlobReference(body.digest))) chunks.push(Buffer.from(chunk));
  const number = (name: string) => Number(details[name] ?? 0);
  return {
    columns: number("columns"),
    fromUs: number("fromUs"),
    piece: number("piece"),
    recording: Buffer.concat(chunks).toString("utf8"),
    rows: number("rows"),
  };
}
