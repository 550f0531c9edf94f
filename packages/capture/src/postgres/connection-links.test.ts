import { expect, test } from "vitest";
import { ToolWatch } from "../tool-watch.ts";
import { ConnectionLinks } from "./connection-links.ts";

test("a statement belongs to the one tool call that runs, as far as time can tell", () => {
  const watch = new ToolWatch();
  const links = new ConnectionLinks("c", () => watch.running("run"));
  const plain = links.now();
  expect(plain).toEqual({ connection: "c" });
  watch.begun("run", { prompt: "p", tool: "t" });
  const joined = links.now();
  expect(joined).toEqual({ connection: "c", prompt: "p", tool: "t", toolBy: "time" });
  expect(links.now()).toBe(joined);
  watch.begun("run", { tool: "u" });
  expect(links.now()).toBe(plain);
  watch.ended("run", "t");
  expect(links.now()).toEqual({ connection: "c", tool: "u", toolBy: "time" });
});
