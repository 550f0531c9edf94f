import { afterAll, beforeEach, expect, test } from "vitest";
import { makeOwner } from "../end-to-end/people.ts";
import { accessibilityOf } from "./accessibility.ts";
import { observedIn, PageFixture } from "./page-fixture.ts";

let fixture: PageFixture;

beforeEach(async ({ skip }) => {
  if (fixture !== undefined) return;
  fixture = await PageFixture.start({ skip }, async (agent) => {
    await agent.query("CREATE TABLE orders (id int)");
  });
  await makeOwner(fixture.custody, fixture.server);
}, 240_000);

afterAll(async () => fixture?.stop());

test("who may freezes from every page, everybody is told, and it holds until it is thawed", async () => {
  const page = await fixture.openAs("ada", "/tables", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Freeze", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What").selectOption("shop");
  expect(await accessibilityOf(page), "the question").toEqual([]);
  await dialog.getByLabel(/Why/).fill("the release is being checked");
  await page.keyboard.press("Enter");
  const banner = page.locator("[data-freeze]");
  await banner.getByText("The target shop is frozen since").waitFor();
  expect(await banner.textContent()).toMatch(/by ada, until somebody thaws it: the release is being checked/);
  await expect(fixture.agent.query("INSERT INTO orders VALUES (1)")).rejects.toThrow("frozen");
  expect(await accessibilityOf(page), "the banner").toEqual([]);
  const other = await fixture.open("/");
  await other.locator("[data-freeze]").getByText("The target shop").waitFor();
  expect(await other.locator("[data-freeze]").getByRole("button").count()).toBe(0);
  await other.setViewportSize({ height: 740, width: 360 });
  expect(await other.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  await page.getByRole("button", { name: "Thaw: The target shop" }).click();
  await page.keyboard.type("checked");
  await page.keyboard.press("Enter");
  await banner.waitFor({ state: "detached" });
  await other.locator("[data-freeze]").waitFor({ state: "detached" });
  await fixture.agent.query("INSERT INTO orders VALUES (1)");
  expect((await observedIn(page)).violations).toEqual([]);
  expect(fixture.complaintsOf(page)).toEqual([]);
});
