import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";

test("every thread steps back, those that collect garbage among them", (context) => {
  if (!existsSync("/proc/self/task")) context.skip("only Linux lists the threads of a process");
  const built = new URL("../../dist/process/step-back.js", import.meta.url).href;
  const program = `
    import { getPriority } from "node:os";
    import { readdirSync } from "node:fs";
    const { stepBack } = await import(${JSON.stringify(built)});
    stepBack();
    console.log(JSON.stringify(readdirSync("/proc/self/task").map((thread) => getPriority(Number(thread)))));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  const priorities = JSON.parse(output) as number[];
  expect(priorities.length).toBeGreaterThan(1);
  expect(new Set(priorities)).toEqual(new Set([19]));
});

test("when memory has run out, it ends before the process that records", (context) => {
  if (!existsSync("/proc/self/oom_score_adj")) context.skip("only Linux can be told whom to end first");
  const built = new URL("../../dist/process/step-back.js", import.meta.url).href;
  const program = `
    import { readFileSync } from "node:fs";
    const { stepBack } = await import(${JSON.stringify(built)});
    stepBack();
    console.log(readFileSync("/proc/self/oom_score_adj", "utf8"));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(output.trim()).toBe("500");
});
