import { type Browser, chromium } from "playwright-core";
import type { TestContext } from "vitest";
import { optional } from "../postgres/optional.ts";

/** Chromium without its windows draws the same for half of the processor time. */
const EXECUTABLES = ["chromium-headless-shell", "chromium"];

/** A browser without a screen, a sandbox, or anything that it would do by itself; as root it has no sandbox. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-sync",
  "--no-first-run",
];

/** The path of a browser that pages can be tested in; without one, the running test is skipped. */
export function browserPath(context: Pick<TestContext, "skip">): string {
  return optional(EXECUTABLES, context);
}

export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ args: FLAGS, executablePath });
}
