import { expect, test } from "vitest";
import { type LogFormat, type LogLevel, serviceLog } from "./service-log.ts";

function lines(format: LogFormat, level: LogLevel): string[] {
  const written: string[] = [];
  const log = serviceLog({ format, level, now: () => new Date(0), write: (line) => written.push(line) });
  log.debug("disk", "looked");
  log.info("up", "two\nlines");
  log.warn("gateway", "hidden \u202e text");
  log.error("ledger", "failed");
  return written;
}

test("collectors get one line of JSON a message, whatever is in it", () => {
  const written = lines("json", "info");
  expect(written.map((line) => JSON.parse(line))).toEqual([
    { component: "up", level: "info", message: "two\nlines", time: "1970-01-01T00:00:00.000Z" },
    { component: "gateway", level: "warn", message: "hidden \u202e text", time: "1970-01-01T00:00:00.000Z" },
    { component: "ledger", level: "error", message: "failed", time: "1970-01-01T00:00:00.000Z" },
  ]);
  expect(written.join("")).not.toContain("\u202e");
});

test("people get sentences, and less than the level is left out", () => {
  expect(lines("text", "info").slice(0, 2)).toEqual(["custody: two", "lines"]);
  expect(lines("text", "debug")).toHaveLength(5);
  expect(lines("json", "error")).toHaveLength(1);
});
