import { afterAll, beforeEach, expect, test } from "vitest";
import { makeIdentity } from "../keys/places.ts";
import { connectedAgent, expectVerdict, observedIn, openRow, PageFixture, rowOf } from "./page-fixture.ts";

let fixture: PageFixture;

beforeEach(async ({ skip }) => {
  fixture ??= await PageFixture.start({ skip }, async (agent) => {
    await agent.query("CREATE TABLE orders (id int PRIMARY KEY, status text)");
    await agent.query("INSERT INTO orders SELECT g, 'new' FROM generate_series(1, 50) g");
  });
}, 240_000);

afterAll(async () => fixture?.stop());

test("a sign-in link opens the list, and its code is gone from the address", async () => {
  const page = await fixture.open("/?search=orders");
  await rowOf(page, "CREATE TABLE orders").waitFor();
  expect(page.url()).toBe(`${fixture.server}/?search=orders`);
  await page.reload();
  await rowOf(page, "CREATE TABLE orders").waitFor();
});

test("a link works once, and without access the page says how to get one", async () => {
  const link = await fixture.link();
  const first = await fixture.blank();
  await first.goto(link);
  await first.locator(".feed-row").first().waitFor();
  const second = await fixture.blank();
  await second.goto(link);
  await second.getByRole("alert").filter({ hasText: "not valid any more" }).waitFor();
  expect(await second.locator("code").textContent()).toBe("custody open");
  await second.getByLabel("Or paste").fill(await fixture.link());
  await second.getByRole("button", { name: "Open" }).click();
  await second.locator(".feed-row").first().waitFor();
  // The browser notes the refused request by itself; nothing else may have gone wrong.
  expect(fixture.complaintsOf(second).filter((text) => !text.includes("401"))).toEqual([]);
});

test("a master key that nobody has a copy of stands at the top, until there is one", async () => {
  const page = await fixture.open();
  await page.getByText("No recovery copy").waitFor({ state: "visible" });
  const { recipient } = await makeIdentity(fixture.custody.directory, "recovery.txt");
  await fixture.custody.run("keys", "export", "--to", recipient, "-o", "recovery.age");
  await page.reload();
  await page.getByText("all signed").waitFor();
  expect(await page.getByText("No recovery copy").isVisible()).toBe(false);
});

test("the header stands still while the server is slow to say what it shows", async () => {
  const page = await fixture.blank();
  for (const [path, delayMs] of [
    ["me", 500],
    ["status", 1500],
    ["holds", 1000],
  ] as const)
    await page.route(`**/api/${path}*`, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await route.continue();
    });
  await page.goto(await fixture.link("/policy"));
  await page.getByText("local operator").waitFor();
  await page.getByText("signed").first().waitFor();
  expect((await observedIn(page)).shifts).toEqual([]);
});

test("a token that is not taken any more leads back to the sign-in", async () => {
  const page = await fixture.open();
  await page.locator(".feed-row").first().waitFor();
  await page.evaluate("sessionStorage.setItem('custody-token', 'forged')");
  await page.reload();
  await page.getByRole("alert").filter({ hasText: "signed out" }).waitFor();
  expect(fixture.complaintsOf(page).filter((text) => !text.includes("401"))).toEqual([]);
});

test("actions appear live, end in place, and move nothing", async () => {
  const page = await fixture.open();
  await page.getByText("Live", { exact: true }).waitFor();
  const before = (await observedIn(page)).shifts.length;
  const other = await connectedAgent(fixture.custody);
  await other.query("BEGIN");
  await other.query("UPDATE orders SET status = 'first' WHERE id = 1");
  await rowOf(page, "'first'").filter({ hasText: "Open" }).waitFor();
  const waiting = fixture.agent.query("UPDATE orders SET status = 'second' WHERE id = 1");
  await rowOf(page, "'second'").filter({ hasText: "Running" }).waitFor();
  for (let at = 0; at < 10; at += 1)
    await other.query(`UPDATE orders SET status = 'mark${at}x' WHERE id = 2`);
  await other.query("COMMIT");
  await waiting;
  for (const text of ["'first'", "'second'", "mark0x", "mark9x"])
    await rowOf(page, text).filter({ hasText: "Committed" }).waitFor();
  expect(await rowOf(page, "'second'").count()).toBe(1);
  await other.end();
  const { shifts, violations } = await observedIn(page);
  expect(shifts.slice(before)).toEqual([]);
  expect(violations).toEqual([]);
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test("a list that is being read stands still, and says how much is new", async () => {
  const page = await fixture.open();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.locator("[role=grid]").evaluate((grid) => grid.scrollTo({ top: 300 }));
  const first = await page.locator(".feed-row").nth(9).textContent();
  await fixture.agent.query("SELECT 'behind the pill'");
  await page.getByRole("button", { name: "new action" }).waitFor();
  expect(await page.locator(".feed-row").nth(9).textContent()).toBe(first);
  await page.getByRole("button", { name: "new action" }).click();
  await rowOf(page, "behind the pill").waitFor();
});

test("paused, nothing enters; resumed, everything has", async () => {
  const page = await fixture.open();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await fixture.agent.query("SELECT 'while paused'");
  await page.getByRole("button", { name: "new action" }).waitFor();
  expect(await rowOf(page, "while paused").count()).toBe(0);
  await page.getByRole("button", { name: "Resume" }).click();
  await rowOf(page, "while paused").waitFor();
});

test("filters and search narrow the list, stand in the address, and can be cleared", async () => {
  const page = await fixture.open();
  await page.getByRole("button", { name: "Harm" }).click();
  await page.getByRole("option", { name: "Destructive" }).click();
  await rowOf(page, "SELECT").first().waitFor({ state: "detached" });
  expect(new URL(page.url()).searchParams.get("tier")).toBe("destructive");
  await page.getByRole("button", { name: "Clear all" }).click();
  await page.getByRole("searchbox").fill("mark7x");
  await rowOf(page, "mark7x").waitFor();
  // What people looked for is recorded each minute, and is found by its words as well.
  await expect.poll(() => rowOf(page, "orders SET").count()).toBe(1);
  await expect.poll(() => new URL(page.url()).searchParams.get("search")).toBe("mark7x");
  await fixture.agent.query("SELECT 'mark7x again'");
  await rowOf(page, "mark7x again").waitFor();
  await page.getByRole("button", { name: "Clear the search" }).click();
  await rowOf(page, "mark9x").first().waitFor();
});

test("a table leads to what happened to it", async () => {
  const page = await fixture.open("/tables");
  await page.getByRole("link", { name: "public.orders" }).click();
  await rowOf(page, "UPDATE orders").first().waitFor();
  const { searchParams } = new URL(page.url());
  expect(Object.fromEntries(searchParams)).toEqual({ table: "public.orders", target: "shop" });
  await page.goBack();
  await page.getByRole("heading", { name: "Tables" }).waitFor();
});

test("the page comes back by itself after Custody did, and misses nothing", async () => {
  const page = await fixture.open();
  await page.getByText("Live", { exact: true }).waitFor();
  await fixture.custody.stop();
  await page.getByText("Reconnecting…").waitFor();
  await fixture.custody.start("--listen", new URL(fixture.server).host);
  const agent = await connectedAgent(fixture.custody);
  await agent.query("SELECT 'after the break'");
  await page.getByText("Live", { exact: true }).waitFor();
  await rowOf(page, "after the break").waitFor();
  await agent.end();
});

test("a record opens beside the list, and is proved", async () => {
  const page = await fixture.open();
  await openRow(page, "after the break");
  await expectVerdict(page, "verified");
  expect(new URL(page.url()).pathname).toMatch(/^\/records\/[0-9a-f-]{36}$/);
  await page.reload();
  await expectVerdict(page, "verified");
  expect(fixture.complaintsOf(page)).toEqual([]);
});
