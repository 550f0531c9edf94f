import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import { caughtUp } from "../records.ts";
import { pieceRows, type StoredPiece, storedPiece } from "../terminal/stored-pieces.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody, wholeNumber } from "./schemas.ts";
import { startOf } from "./terminal.ts";

/** Pieces have at most 256 KiB, so an answer has at most four mebibytes. */
const PIECES_MAX = 16;

interface RecordingQuery {
  readonly from: number;
}

const recordingQuery: z.ZodType<RecordingQuery> = z.strictObject({ from: wholeNumber.default(0) });

interface RecordingPage {
  readonly pieces: readonly StoredPiece[];
  readonly next: number | null;
}

const number = z.number().int().min(0);

const recordingPage: z.ZodType<RecordingPage> = z.strictObject({
  pieces: z.array(
    z.strictObject({
      piece: number,
      fromUs: number,
      columns: number,
      rows: number,
      recording: z.string().describe("An asciicast v3, playable by itself."),
    }),
  ),
  next: number.nullable().describe("Give it as `from` for the next page; null on the last one."),
});

/** What a session's terminal showed, as it was recorded, for people who look at it later. */
export function recordingRoutes(api: Api, { accessLog, reader, records }: RouteParts): void {
  api.get(
    "/api/sessions/:id/recording",
    {
      config: { act: "records.read" },
      schema: {
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        querystring: recordingQuery,
        response: { 200: recordingPage, "4xx": errorBody, "5xx": errorBody },
        summary: "What the terminal of a session showed, oldest first",
      },
    },
    async (request): Promise<RecordingPage> => {
      const by = principalOf(request);
      const { id: session } = request.params;
      const { from } = request.query;
      await caughtUp(records, () => reader.size);
      const { project } = startOf(records, by, session);
      await accessLog.looked(by, { filter: { project, session }, isStream: false });
      const rows = pieceRows({ records }, session, Number.POSITIVE_INFINITY).reverse();
      const pieces: StoredPiece[] = [];
      // One that was destroyed is left out; what was around it stays.
      for (const { index } of rows.slice(from, from + PIECES_MAX)) {
        const piece = await storedPiece({ reader }, index);
        if (piece !== undefined) pieces.push(piece);
      }
      return { next: from + PIECES_MAX < rows.length ? from + PIECES_MAX : null, pieces };
    },
  );
}
