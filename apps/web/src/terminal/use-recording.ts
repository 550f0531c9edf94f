import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { requestJson } from "../api/request.ts";
import { type CastEvent, type CastPiece, eventsIn, withoutIdle } from "./cast.ts";

/** What a page keeps of one recording, in characters; a longer one is played by the command. */
const CHARACTERS_MAX = 32 * 1024 * 1024;

export interface Recording {
  readonly columns: number;
  readonly rows: number;
  /** Without the long pauses. */
  readonly events: readonly CastEvent[];
  /** There is more of it on record. */
  readonly isCut: boolean;
}

interface RecordingPage {
  readonly pieces: readonly (CastPiece & { readonly columns: number; readonly rows: number })[];
  readonly next: number | null;
}

/** What was recorded of a terminal until now. */
export function useRecording(session: string): UseQueryResult<Recording> {
  return useQuery({
    queryKey: ["session", session, "recording"],
    gcTime: 0,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    queryFn: async ({ signal }): Promise<Recording> => {
      const pieces: RecordingPage["pieces"][number][] = [];
      let characters = 0;
      let from: number | null = 0;
      while (from !== null && characters < CHARACTERS_MAX) {
        const path = `/api/sessions/${encodeURIComponent(session)}/recording?from=${from}`;
        const page: RecordingPage = await requestJson<RecordingPage>(path, { signal });
        pieces.push(...page.pieces);
        for (const { recording } of page.pieces) characters += recording.length;
        from = page.next;
      }
      const { columns = 80, rows = 24 } = pieces[0] ?? {};
      return { columns, events: withoutIdle(pieces.flatMap(eventsIn)), isCut: from !== null, rows };
    },
  });
}
