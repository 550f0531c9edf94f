import type { AuditRecord } from "@custody/domain";
import { totpCode } from "@custody/identity";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { addPerson, makeOwner, PASSWORD } from "../end-to-end/people.ts";
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

test("somebody adds a second factor with its code, comes in with it, and takes it away", async () => {
  const page = await fixture.openAs("eve", "/people", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Add a second factor" }).click();
  const form = page.getByRole("form", { name: "Enrol it" });
  const secret = (await form.locator("code").textContent())?.replaceAll(" ", "") ?? "";
  await form.getByLabel("Code of the second factor").fill("000000");
  await form.getByLabel("Password now").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await form.getByRole("alert").filter({ hasText: "does not fit" }).waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  const step = Math.floor(Date.now() / 30_000);
  await form.getByLabel("Code of the second factor").fill(totpCode(secret, step));
  await page.keyboard.press("Enter");
  await page.getByText("a code of your authenticator program is asked for").waitFor();
  const other = await fixture.blank();
  await other.goto(fixture.server);
  await other.getByLabel("Name").fill("eve");
  await other.getByLabel("Password").fill(PASSWORD);
  await other.keyboard.press("Enter");
  // Each counts once, so this is the one of the next half minute, which holds already.
  await other.getByLabel("Code of the second factor").fill(totpCode(secret, step + 1));
  await other.keyboard.press("Enter");
  await other.getByRole("banner").getByText("eve").waitFor();
  await page.getByRole("button", { name: "Remove the second factor" }).click();
  const removal = page.getByRole("form", { name: "Remove the second factor" });
  await removal.getByLabel("Password now").fill("something else");
  await page.keyboard.press("Enter");
  await removal.getByRole("alert").filter({ hasText: "wrong" }).waitFor();
  await removal.getByLabel("Password now").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("your password alone lets you in").waitFor();
  const changed = await fixture.custody.records<AuditRecord>("--type", "user.totp-changed");
  expect(changed.map(({ details }) => details?.["totp"])).toEqual(["set", "removed"]);
  expect(JSON.stringify(changed)).not.toContain(secret);
  expect((await observedIn(page)).violations).toEqual([]);
}, 400_000);

test("somebody sees where they are signed in, and signs another browser out", async () => {
  const other = await fixture.openAs("ada");
  const page = await fixture.openAs("ada", "/people", { reducedMotion: "reduce" });
  const own = page.locator("[data-session]", { hasText: "this one" });
  await own.waitFor();
  expect(await own.getByRole("button").count()).toBe(0);
  expect(await accessibilityOf(page)).toEqual([]);
  for (let left = await page.getByRole("button", { name: /^Sign it out/ }).count(); left > 0; left -= 1) {
    await page
      .getByRole("button", { name: /^Sign it out/ })
      .first()
      .click();
    await expect.poll(() => page.getByRole("button", { name: /^Sign it out/ }).count()).toBe(left - 1);
  }
  // It is told at once, by its stream, and shows the way in.
  await other.getByLabel("Password").waitFor();
  await page.getByRole("banner").getByText("ada").waitFor();
  expect((await observedIn(page)).violations).toEqual([]);
}, 400_000);
