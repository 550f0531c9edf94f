import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { AgentTerminal } from "../end-to-end/run/agent-terminal.ts";
import { newestSession } from "../end-to-end/run/installation.ts";
import { accessibilityOf } from "./accessibility.ts";
import { observedIn, PageFixture } from "./page-fixture.ts";

/** Draws on the other screen, tries to reach beyond it, and answers keys until `q`. */
const AGENT = `process.stdin.setRawMode(true);
process.stdout.write("\\x1b]0;stolen title\\x07\\x1b]52;c;c3RvbGVu\\x07\\x1b]8;;https://example.org\\x07a link\\x1b]8;;\\x07");
process.stdout.write("\\x1b[?1049h\\x1b[2J\\x1b[3;5H\\x1b[1;33mthe other screen 漢\\x1b[0m");
process.stdout.write("\\x1b[5;5Hpay\\u202eload <img src=x onerror='document.title=1'>");
let row = 7;
process.stdin.on("data", (keys) => {
  if (keys.includes(113)) process.exit(3);
  process.stdout.write("\\x1b[" + row++ + ";5H\\x1b[4" + (row % 8) + ";37mkey " + keys.toString() + "\\x1b[0m");
});`;

let fixture: PageFixture;
let terminal: AgentTerminal;
let session: string;

beforeEach(async ({ skip }) => {
  if (fixture !== undefined) return;
  fixture = await PageFixture.start({ skip }, async () => {});
  const { directory } = fixture.custody;
  const script = join(directory, "agent.mjs");
  writeFileSync(script, AGENT);
  terminal = AgentTerminal.recorded([process.execPath, script], directory, { columns: 90, rows: 20 });
  await terminal.sees("the other screen");
  session = await newestSession(fixture.custody);
}, 240_000);

afterAll(async () => fixture?.stop());

const button = (page: Page, name: string) => page.getByRole("button", { exact: true, name });
const screen = (page: Page) => page.locator("[data-screen]");
const shows = (page: Page, what: string) =>
  expect.poll(async () => (await screen(page).textContent()) ?? "", { timeout: 60_000 }).toContain(what);

test("whoever watches sees what the terminal shows, as it comes, and nothing of it acts", async () => {
  const page = await fixture.open(`/sessions/${session}`);
  await page.getByText("Running").first().waitFor();
  await button(page, "Watch it live").click();
  await shows(page, "the other screen 漢");
  expect(await screen(page).getAttribute("data-screen")).toBe("90x20");
  terminal.type("a");
  await shows(page, "key a");
  const text = (await screen(page).textContent()) ?? "";
  expect(text).not.toMatch(/[\u202e\u001b]|stolen/);
  expect(text).toContain("pay\\u{202e}load <img src=x");
  expect(await screen(page).locator("a, img").count()).toBe(0);
  expect(await page.title()).toBe("Custody");
  const run = screen(page).locator("span", { hasText: "the other screen" }).first();
  expect(await run.getAttribute("style")).toBe("color: var(--terminal-3); font-weight: bold;");
  // What is typed on the page goes nowhere.
  await screen(page).focus();
  await page.keyboard.type("q");
  terminal.type("b");
  await shows(page, "key b");
  expect((await observedIn(page)).violations).toEqual([]);
  expect(fixture.complaintsOf(page)).toEqual([]);
  await button(page, "Close the terminal").click();
  await screen(page).waitFor({ state: "detached" });
});

test("what was recorded plays, stops, and goes to any place; the session says how it ended", async () => {
  terminal.type("q");
  expect((await terminal.ended).exitCode).toBe(3);
  const page = await fixture.open(`/sessions/${session}`);
  await page.getByText("Ended with 3").waitFor();
  expect(await button(page, "Watch it live").count()).toBe(0);
  await button(page, "Replay it").click();
  await screen(page).waitFor();
  const position = page.getByRole("slider", { name: "Position" });
  await position.focus();
  await page.keyboard.press("Home");
  await page.getByLabel("Speed").selectOption("2×");
  await button(page, "Play").click();
  await page.locator("[data-replay=playing]").waitFor();
  await page.locator("[data-replay=paused]").waitFor();
  const at = await position.inputValue();
  expect(Number(at)).toBe(Number(await position.getAttribute("max")));
  await position.focus();
  await page.keyboard.press("Home");
  await expect.poll(() => position.inputValue()).toBe("0");
  await expect.poll(async () => (await screen(page).textContent()) ?? "").not.toContain("key a");
  await button(page, "Play").click();
  await button(page, "Pause").click();
  expect(await page.locator("[data-replay]").getAttribute("data-replay")).toBe("paused");
  expect((await observedIn(page)).violations).toEqual([]);
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test.each(["light", "dark"] as const)("in %s colours, everybody can use a replay", async (colorScheme) => {
  const page = await fixture.open(`/sessions/${session}`, { colorScheme, reducedMotion: "reduce" });
  await button(page, "Replay it").click();
  await screen(page).waitFor();
  await button(page, "Play").click();
  await page.locator("[data-replay=playing]").waitFor();
  await page.locator("[data-replay=paused]").waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await page.setViewportSize({ height: 800, width: 400 });
  expect(await accessibilityOf(page), "on a phone").toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
});
