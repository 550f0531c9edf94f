import type { Client } from "pg";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { accessibilityOf } from "./accessibility.ts";
import { connectedAgent, expectVerdict, observedIn, PageFixture } from "./page-fixture.ts";

let fixture: PageFixture;

beforeEach(async ({ skip }) => {
  fixture ??= await PageFixture.start({ skip }, async (agent) => {
    await agent.query("CREATE TABLE orders (id int PRIMARY KEY, status text)");
  });
}, 240_000);

afterAll(async () => fixture?.stop());

/** Asks for what no agent may do. */
async function deny(agent: Client, program = "true"): Promise<void> {
  await expect(agent.query(`COPY orders TO PROGRAM '${program}'`)).rejects.toThrow("Custody denied");
}

const cards = (page: Page): Locator => page.locator("[data-alert]");
const openMark = (page: Page): Locator => page.locator("[data-open-alerts]");

test("an alert shows on every page as it is raised, and on its own, and moves nothing", async () => {
  const page = await fixture.open();
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await openMark(page).getAttribute("data-open-alerts")).toBe("0");
  const before = (await observedIn(page)).shifts.length;
  await deny(fixture.agent);
  await expect.poll(() => openMark(page).getAttribute("data-open-alerts")).toBe("1");
  await page.getByText("1 alert that nobody has seen").waitFor({ state: "attached" });
  expect((await observedIn(page)).shifts.slice(before)).toEqual([]);
  await page.getByRole("link", { name: "Alerts" }).click();
  const card = cards(page).filter({ hasText: "Statement denied" });
  await card.getByText("once").waitFor();
  expect(await card.textContent()).toContain("tester asked shop for something that the rule builtin:");
  for (let number = 0; number < 3; number += 1) await deny(fixture.agent);
  await card.getByText("4 times").waitFor();
  expect(await card.getAttribute("data-level")).toBe("warning");
  await deny(fixture.agent);
  await page.locator("[data-alert][data-level=error]").filter({ hasText: "5 times" }).waitFor();
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test("it leads to the action that it tells of", async () => {
  const page = await fixture.open("/alerts");
  await cards(page).first().getByRole("link", { name: "First action" }).click();
  await expectVerdict(page, "verified");
  expect(await page.locator("aside").textContent()).toContain("TO PROGRAM");
  await page.goBack();
  await page.getByRole("heading", { name: "Alerts", exact: true }).waitFor();
});

test("the keyboard alone says that an alert was seen, and the page remembers it", async () => {
  const page = await fixture.open("/alerts");
  await cards(page).first().waitFor();
  const agent = await connectedAgent(fixture.custody);
  await deny(agent);
  await expect.poll(() => cards(page).count()).toBe(2);
  await page
    .getByRole("button", { name: /^I have seen it/ })
    .first()
    .focus();
  await page.keyboard.press("Enter");
  await cards(page).first().getByText("Seen by local operator").waitFor();
  await expect.poll(() => openMark(page).getAttribute("data-open-alerts")).toBe("1");
  await page.getByRole("checkbox", { name: "Only what nobody has seen" }).focus();
  await page.keyboard.press("Space");
  await expect.poll(() => cards(page).count()).toBe(1);
  await page.reload();
  await expect.poll(() => cards(page).count()).toBe(2);
  await cards(page).first().getByText("Seen by local operator").waitFor();
  await agent.end();
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test.each(["light", "dark"] as const)("in %s colours, everybody can use the alerts", async (colorScheme) => {
  const page = await fixture.open("/alerts", { colorScheme, reducedMotion: "reduce" });
  await cards(page).first().waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await page.setViewportSize({ height: 800, width: 400 });
  expect(await accessibilityOf(page), "on a phone").toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
});
