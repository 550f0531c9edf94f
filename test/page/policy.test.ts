import type { Page } from "playwright-core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { accessibilityOf } from "./accessibility.ts";
import { expectVerdict, observedIn, PageFixture } from "./page-fixture.ts";

const IN_FORCE = `version: 1
rules:
  - name: no-secrets
    match: { object: secrets }
    effect: deny
    message: Nobody reads this.
  - name: two-for-salaries
    match: { object: salaries, tier: [write, destructive] }
    when: verb != "SELECT"
    effect: approve
    approval: { approvers: 2 }
tests:
  - name: nobody reads secrets
    given: { statement: SELECT * FROM secrets }
    expect: { effect: deny, rule: no-secrets }
`;

const NO_DELETES = `version: 1
rules:
  - name: no-deletes
    match: { kind: delete, object: orders }
    effect: deny
`;

let fixture: PageFixture;

beforeEach(async ({ skip }) => {
  fixture ??= await PageFixture.start(
    { skip },
    async (agent) => {
      await agent.query("CREATE TABLE orders (id int PRIMARY KEY, status text)");
      await agent.query("INSERT INTO orders VALUES (1, 'new'), (2, 'new')");
      await agent.query("DELETE FROM orders WHERE id = 1");
      await agent.query("SELECT count(*) FROM orders");
    },
    { environment: "development", policy: IN_FORCE },
  );
}, 240_000);

afterAll(async () => fixture?.stop());

const editor = (page: Page) => page.getByRole("textbox", { name: "A copy of the policy" });
const button = (page: Page, name: string) => page.getByRole("button", { exact: true, name });

test("the rules in force stand in their order, with where they come from and since when", async () => {
  const page = await fixture.open();
  await page.getByRole("link", { name: "Policy" }).click();
  const lines = page.locator("[data-rules=production] tbody tr");
  await lines.first().waitFor();
  const [first, second] = await lines.allTextContents();
  expect(first).toContain("no-secrets");
  expect(first).toContain("your file");
  expect(first).toContain("Nobody reads this.");
  expect(second).toContain('verb != "SELECT"');
  expect(second).toContain("2 people");
  expect(await page.locator("[data-rules=production]").textContent()).toContain("guarded:whole-table");
  await page.getByLabel("Environment").selectOption("disposable");
  const disposable = page.locator("[data-rules=disposable]");
  await disposable.waitFor();
  expect(await disposable.textContent()).not.toContain("guarded:whole-table");
  const { stdout } = await fixture.custody.run("policy", "show", "--json");
  expect(await page.locator("[data-digest]").textContent()).toBe(
    (JSON.parse(stdout) as { digest: string }).digest,
  );
  await page.getByRole("link", { name: "the record" }).click();
  await expectVerdict(page, "verified");
  expect(fixture.complaintsOf(page)).toEqual([]);
  expect((await observedIn(page)).violations).toEqual([]);
});

test("a mistake is shown in its line, and a press leads to it", async () => {
  const page = await fixture.open("/policy");
  await editor(page).waitFor();
  expect(await editor(page).inputValue()).toBe(IN_FORCE);
  await editor(page).fill("version: 1\nrules:\n  - { name: a, efect: deny }\n");
  const { shifts } = await observedIn(page);
  await button(page, "Check").click();
  await page.locator("[data-mistake='3']").waitFor();
  await page.getByText("2 mistakes").waitFor();
  await page.getByRole("button", { name: "Line 3, column 23" }).click();
  const at = await editor(page).evaluate("document.activeElement.selectionStart");
  expect(at).toBe("version: 1\nrules:\n  - { name: a, efect: ".length);
  expect((await observedIn(page)).shifts).toEqual(shifts);
  // What was found was about another text.
  await editor(page).fill("version: 1\n");
  await page.locator("[data-mistake]").waitFor({ state: "detached" });
  await button(page, "Begin again with what is in force").click();
  expect(await editor(page).inputValue()).toBe(IN_FORCE);
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test("the keyboard alone checks, and tells what became of the examples", async () => {
  const page = await fixture.open("/policy");
  await editor(page).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("[data-example=passed]").getByText("nobody reads secrets").waitFor();
  await page.getByText("1 of 1 example passed").waitFor();
  await editor(page).fill(IN_FORCE.replace("effect: deny, rule: no-secrets", "effect: allow"));
  await button(page, "Check").click();
  const failed = page.locator("[data-example=failed]");
  await failed.waitFor();
  expect(await failed.textContent()).toContain("expected Allow, got Deny by no-secrets: Nobody reads this.");
});

test("a replay tells what would have gone otherwise, and leads to the record; the copy is kept", async () => {
  const page = await fixture.open("/policy");
  await editor(page).fill(NO_DELETES);
  const { shifts } = await observedIn(page);
  await page.getByLabel("Replay", { exact: true }).selectOption("the last hour");
  await button(page, "Replay").click();
  const difference = page.locator("[data-difference]");
  await difference.waitFor();
  expect(await difference.count()).toBe(1);
  expect(await difference.textContent()).toContain("DELETE FROM orders WHERE id = 1");
  expect(await difference.textContent()).toContain("no-deletes");
  await page.getByRole("cell", { exact: true, name: "no-deletes" }).waitFor();
  expect((await observedIn(page)).shifts).toEqual(shifts);
  await difference.getByRole("link").click();
  await expectVerdict(page, "verified");
  await page.goBack();
  expect(await editor(page).inputValue()).toBe(NO_DELETES);
  // The page changes nothing: what is in force is what was.
  const { stdout } = await fixture.custody.run("policy", "show", "--json");
  expect((JSON.parse(stdout) as { text: string }).text).toBe(IN_FORCE);
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test.each(["light", "dark"] as const)("in %s colours, everybody can use the policy", async (colorScheme) => {
  const page = await fixture.open("/policy", { colorScheme, reducedMotion: "reduce" });
  await editor(page).fill(NO_DELETES.replace("effect", "efect"));
  await button(page, "Check").click();
  await page.locator("[data-mistake]").first().waitFor();
  await editor(page).fill(NO_DELETES);
  await button(page, "Replay").click();
  await page.locator("[data-difference]").waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await page.setViewportSize({ height: 800, width: 400 });
  expect(await accessibilityOf(page), "on a phone").toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  await button(page, "Check").click();
  await page.locator("[data-checked=true]").waitFor();
  expect(await accessibilityOf(page), "after a check").toEqual([]);
});
