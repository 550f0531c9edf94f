import { expect, it } from "vitest";
import * as face from "./index.ts";

it("exports exactly this", () => {
  expect(Object.keys(face).sort()).toEqual([
    "CaptureError",
    "LlmProxy",
    "ReadingThreads",
    "ToolWatch",
    "providers",
  ]);
});
