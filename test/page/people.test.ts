import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { addPerson, makeOwner } from "../end-to-end/people.ts";
import { accessibilityOf } from "./accessibility.ts";
import { observedIn, PageFixture } from "./page-fixture.ts";

let fixture: PageFixture;

beforeEach(async ({ skip }) => {
  if (fixture !== undefined) return;
  fixture = await PageFixture.start({ skip }, async () => {});
  await makeOwner(fixture.custody, fixture.server);
  await addPerson(fixture.custody, fixture.server, "eve", "viewer");
}, 240_000);

afterEach(async () => fixture?.closePages());
afterAll(async () => fixture?.stop());

test("an owner invites somebody, gives them other roles, and removes them", async () => {
  const page = await fixture.openAs("ada", "/people", { reducedMotion: "reduce" });
  await page.locator("[data-user=ada]").getByText("you").waitFor();
  const form = page.locator("form").first();
  await form.getByLabel("Name").fill("bob");
  await form.getByLabel("Roles").fill("approver");
  await page.keyboard.press("Enter");
  const link = await page.locator("code", { hasText: "#invitation=" }).textContent();
  expect(link).toContain(`${fixture.server}/#invitation=`);
  expect(await accessibilityOf(page)).toEqual([]);
  const bob = page.locator("[data-user=bob]");
  await bob.getByText("has not set a password yet").waitFor();
  await bob.getByRole("button", { name: "Change roles of bob" }).click();
  await bob.getByRole("textbox", { name: "Roles" }).fill("viewer@default, nonsense");
  await page.keyboard.press("Enter");
  await bob.getByRole("alert").filter({ hasText: "nonsense" }).waitFor();
  await bob.getByRole("textbox", { name: "Roles" }).fill("viewer@default");
  await page.keyboard.press("Enter");
  await bob.getByText("viewer@default").waitFor();
  await bob.getByRole("button", { name: "Remove bob" }).click();
  await bob.getByRole("button", { name: "Once more to remove bob" }).click();
  await bob.getByText("removed").waitFor();
  expect(await bob.getByRole("button").count()).toBe(0);
  await page.setViewportSize({ height: 740, width: 360 });
  expect(await accessibilityOf(page), "on a phone").toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  expect((await observedIn(page)).violations).toEqual([]);
});

test("who may not see the others is told so, and has an account all the same", async () => {
  const page = await fixture.openAs("eve", "/people", { colorScheme: "dark", reducedMotion: "reduce" });
  await page.getByText("Only owners, admins and auditors see who else there is.").waitFor();
  expect(await page.locator("[data-user]").count()).toBe(0);
  await page.getByText("eve, signed in by password; roles: viewer").waitFor();
  await page.getByLabel("Password now").fill("something else");
  await page.getByLabel(/New password/).fill("another bicycle of cheese");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: /wrong/ }).waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
});
