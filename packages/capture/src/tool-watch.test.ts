import { expect, test } from "vitest";
import { ToolWatch } from "./tool-watch.ts";

test("a call is named only while it is the only one of its run", () => {
  const watch = new ToolWatch();
  expect(watch.running("run")).toBeUndefined();
  watch.begun("run", { prompt: "p", tool: "a" });
  watch.begun("other", { tool: "x" });
  expect(watch.running("run")).toEqual({ prompt: "p", tool: "a" });
  watch.begun("run", { tool: "b" });
  expect(watch.running("run")).toBeUndefined();
  watch.ended("run", "a");
  expect(watch.running("run")).toEqual({ tool: "b" });
  watch.ended("run", "b");
  watch.ended("run", "never begun");
  expect(watch.running("run")).toBeUndefined();
  expect(watch.running("other")).toEqual({ tool: "x" });
});

test("a run that begins calls without end does not fill the memory", () => {
  const watch = new ToolWatch();
  for (let n = 0; n < 5000; n += 1) watch.begun("run", { tool: String(n) });
  for (let n = 0; n < 999; n += 1) watch.ended("run", String(n));
  expect(watch.running("run")).toEqual({ tool: "999" });
});
