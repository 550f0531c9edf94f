import { afterAll, beforeEach, expect, test } from "vitest";
import { accessibilityOf } from "./accessibility.ts";
import { connectedAgent, expectVerdict, observedIn, openRow, PageFixture, rowOf } from "./page-fixture.ts";

const hostile = [
  `SELECT '<img src=x onerror="document.title=1">'`,
  "SELECT 'pay\u202eload', 'zero\u200bwidth', '\u2066isolated'",
  'SELECT 1 AS "\u0007bell \u001b[31m"',
  "SELECT $$</script><script>document.title=2</script>$$",
  "/* שלום */ SELECT 4711",
  "SELECT 'שלום', 'مرحبا', '日本語', 'e\u0301'",
];

const manyTables = Array.from({ length: 3000 }, (_, at) => `t${at}`).join(", ");

let fixture: PageFixture;

beforeEach(async ({ skip }) => {
  fixture ??= await PageFixture.start({ skip }, async (agent) => {
    for (const text of hostile) await agent.query(text);
    await agent.query(`SELECT length('${"long ".repeat(220_000)}')`);
    await agent.query("SELECT * FROM nowhere").catch(() => {});
    await agent.query(`SELECT 1 FROM ${manyTables}`).catch(() => {});
    await agent.query("SELECT $1::text, $2::int", ["a value", null]);
  });
}, 240_000);

afterAll(async () => fixture?.stop());

test.each(["light", "dark"] as const)("in %s colours, everybody can use the page", async (colorScheme) => {
  const page = await fixture.open("/", { colorScheme, reducedMotion: "reduce" });
  await page.locator(".feed-row").first().waitFor();
  expect(await accessibilityOf(page), "the list").toEqual([]);
  await page.getByRole("button", { name: "Result" }).click();
  await page.getByRole("option").first().waitFor();
  expect(await accessibilityOf(page), "choices").toEqual([]);
  await page.keyboard.press("Escape");
  await openRow(page, "$1::text");
  await expectVerdict(page, "verified");
  await page.getByRole("button", { name: "Show the recorded JSON" }).click();
  expect(await accessibilityOf(page), "a record").toEqual([]);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  expect(await accessibilityOf(page), "shortcuts").toEqual([]);
  await page.goto(`${fixture.server}/tables`);
  await page.getByRole("heading", { name: "Tables" }).waitFor();
  expect(await accessibilityOf(page), "tables").toEqual([]);
  const outside = await fixture.blank({ colorScheme });
  await outside.goto(fixture.server);
  await outside.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await accessibilityOf(outside), "sign-in").toEqual([]);
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test("the keyboard alone goes to a record and back, to the search, and to the help", async () => {
  const page = await fixture.open();
  await page.locator(".feed-row").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("k");
  const active = page.locator(".feed-row[data-active]");
  expect(await active.getAttribute("aria-rowindex")).toBe("2");
  const action = await active.getAttribute("data-action");
  // A screen reader tells of the row only where the list has the focus.
  const list = page.getByRole("grid");
  expect(await list.and(page.locator(":focus")).count()).toBe(1);
  expect(await list.getAttribute("aria-activedescendant")).toBe(await active.getAttribute("id"));
  await page.keyboard.press("Enter");
  await expectVerdict(page, "verified");
  await page.keyboard.press("Tab");
  expect(await page.locator("aside:focus, aside :focus").count()).toBe(1);
  expect(new URL(page.url()).pathname).toBe(`/records/${action}`);
  await page.keyboard.press("Escape");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
  await page.keyboard.press("/");
  await page.keyboard.type("j value k");
  expect(await page.getByRole("searchbox").inputValue()).toBe("j value k");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("what a record holds is shown, never carried out, and nothing in it hides", async () => {
  const page = await fixture.open();
  await rowOf(page, "onerror").waitFor();
  const text = (await page.locator("[role=grid]").textContent()) + (await page.title());
  expect(text).not.toMatch(/[\u202e\u200b\u2066\u0007\u001b]/);
  expect(text).toContain("pay\\u{202e}load");
  for (const each of ["onerror", "</script>", "pay", "bell"]) {
    await openRow(page, each);
    await expectVerdict(page, "verified");
    expect(await page.locator("aside").textContent()).not.toMatch(/[\u202e\u200b\u2066\u0007\u001b]/);
    await page.keyboard.press("Escape");
  }
  expect(await page.title()).toBe("Custody");
  expect((await observedIn(page)).violations).toEqual([]);
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test("a record without a statement has no empty parts, and no names that only programs know", async () => {
  await (await connectedAgent(fixture.custody)).end();
  const page = await fixture.open();
  await openRow(page, "connection to");
  await expectVerdict(page, "verified");
  const panel = page.locator("aside");
  expect(await panel.getByRole("heading", { name: "Facts" }).count()).toBe(0);
  expect(await panel.locator("dt").allTextContents()).toContain("Connection");
});

test("code runs from left to right, whatever stands in it and whatever the page's direction is", async () => {
  const page = await fixture.open();
  await page.evaluate("document.documentElement.dir = 'rtl'");
  await openRow(page, "/* שלום */");
  const place = (text: string): Promise<number> =>
    page
      .locator("aside section[aria-label=Statement] bdi", { hasText: text })
      .first()
      .evaluate((piece) => piece.getBoundingClientRect().left);
  expect(await place("/*")).toBeLessThan(await place("SELECT"));
  expect(await place("SELECT")).toBeLessThan(await place("4711"));
});

test("a megabyte in one line is shown in part, and the page goes on", async () => {
  const page = await fixture.open();
  const start = Date.now();
  await openRow(page, "long long");
  await page.getByText("more characters").waitFor();
  expect(Date.now() - start).toBeLessThan(60_000);
  await page.getByRole("button", { name: /^Show .* more$/ }).click();
  await expectVerdict(page, "verified");
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test("a statement that names thousands of tables shows some of them, and the others on demand", async () => {
  const page = await fixture.open();
  await openRow(page, "FROM t0");
  await expectVerdict(page, "verified");
  const names = page.locator("aside li li").filter({ hasText: /^reads ?t\d+/ });
  expect(await names.count()).toBe(200);
  await page.getByRole("button", { name: "Show 200 more" }).click();
  expect(await names.count()).toBe(400);
});
