import { expect, test } from "vitest";
import * as face from "./index.ts";

test("the face has these values, and no others", () => {
  expect(Object.keys(face).sort()).toEqual([
    "CAST_MEDIA_TYPE",
    "PIECE_BYTES_MAX",
    "PlayableOutput",
    "TerminalRecording",
    "eventsOf",
    "formatCastEvent",
    "formatCastHeader",
    "parseCast",
  ]);
});
