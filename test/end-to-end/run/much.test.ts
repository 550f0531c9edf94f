import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AgentTerminal } from "./agent-terminal.ts";
import { castOf, installed, newestSession, printedIn } from "./installation.ts";

test("what a program leaves behind does not keep the terminal", async () => {
  const custody = await installed();
  const script = "trap '' HUP; while :; do echo more; sleep 0.01; done & echo $! > left.pid; echo the end";
  const terminal = AgentTerminal.recorded(["sh", "-c", script], custody.directory);
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.seen()).toContain("more");
  process.kill(Number(readFileSync(join(custody.directory, "left.pid"), "utf8")), "SIGKILL");
}, 300_000);

test("whatever a program prints just before it ends is shown and recorded to its last line", async () => {
  const custody = await installed();
  const printed = Array.from({ length: 300_000 }, (_, index) => `${index + 1}\r\n`).join("");
  for (let turn = 0; turn < 3; turn += 1) {
    const terminal = AgentTerminal.recorded(["seq", "1", "300000"], custody.directory);
    expect((await terminal.ended).exitCode).toBe(0);
    expect(terminal.written === printed).toBe(true);
    expect(printedIn(await castOf(custody, await newestSession(custody))) === printed).toBe(true);
  }
}, 300_000);
