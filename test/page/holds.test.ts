import { Client } from "pg";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { addPerson, makeOwner } from "../end-to-end/people.ts";
import { accessibilityOf } from "./accessibility.ts";
import { observedIn, PageFixture } from "./page-fixture.ts";

/** What changes `brief` waits for three seconds only, and what changes `shared` for two people. */
const policy = `version: 1
default: guarded
rules:
  - name: soon-over
    match: { object: brief, kind: [update] }
    effect: approve
    approval: { wait: 3s }
  - name: two-people
    match: { object: shared, kind: [update] }
    effect: approve
    approval: { approvers: 2 }
  - name: look-first
    match: { object: prices, kind: [update, delete] }
    effect: approve
    approval: { at: commit }
`;

let fixture: PageFixture;
/** Of a session that nobody's agent has: it was opened before anybody signed in. */
let url: string;

beforeEach(async ({ skip }) => {
  const isNew = fixture === undefined;
  fixture ??= await PageFixture.start(
    { skip },
    async (agent) => {
      await agent.query("CREATE TABLE people (id int PRIMARY KEY, name text)");
      await agent.query("CREATE TABLE notes (id int PRIMARY KEY REFERENCES people ON DELETE CASCADE)");
      await agent.query("CREATE TABLE brief AS SELECT 1 AS id");
      await agent.query("CREATE TABLE shared AS SELECT 1 AS id");
      await agent.query("CREATE TABLE prices (id int PRIMARY KEY, name text, price numeric)");
      await agent.query("INSERT INTO prices SELECT i, 'thing ' || i, i FROM generate_series(1, 9) i");
      await agent.query("INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 30) i");
      await agent.query("INSERT INTO notes SELECT i FROM generate_series(1, 7) i");
    },
    { environment: "production", policy },
  );
  if (!isNew) return;
  url = await fixture.custody.sessionUrl();
  await makeOwner(fixture.custody, fixture.server);
  await addPerson(fixture.custody, fixture.server, "eve", "viewer");
}, 240_000);

afterAll(async () => fixture?.stop());

const cards = (page: Page): Locator => page.locator("[data-hold]");
const waiting = (page: Page): Locator => page.locator("[data-hold][data-state=requested]");

/** Whoever asks for what is held; a test that fails leaves nobody waiting before the next one. */
const askers: Client[] = [];

afterEach(async () => {
  for (const asker of askers.splice(0)) await asker.end();
  await fixture?.closePages();
});

/** What came of a statement that is held: the rows that it counted, or the error that its client got. */
async function held(text: string, connectionString = url): Promise<{ readonly end: Promise<string> }> {
  const agent = new Client({ connectionString });
  agent.on("error", () => {});
  await agent.connect();
  askers.push(agent);
  const end = agent.query(text).then(
    ({ rowCount }) => `${rowCount} rows`,
    (error: Error) => error.message,
  );
  return { end };
}

async function approve(card: Locator): Promise<void> {
  const button = card.locator("[data-does=approve]");
  await button.click();
  await card.locator("[data-armed]").waitFor();
  await button.page().waitForTimeout(700);
  await button.click();
}

async function deny(card: Locator, reason: string): Promise<void> {
  await card.locator("[data-does=deny]").click();
  await card.page().keyboard.type(reason);
  await card.page().keyboard.press("Enter");
}

const count = async (): Promise<number> =>
  (await fixture.agent.query("SELECT count(*)::int AS n FROM people")).rows[0].n;

test("what waits is there by itself, says what it would do, and runs once after two presses", async () => {
  const page = await fixture.openAs("ada", "/holds");
  await page.getByText("Nothing waits for you").waitFor();
  await page.getByText("No recovery copy").waitFor();
  await page.getByRole("banner").getByText("ada").waitFor();
  const before = (await observedIn(page)).shifts.length;
  const done = await held("DELETE FROM people WHERE true");
  const card = waiting(page);
  await card.waitFor();
  expect(await page.title()).toBe("(1) Custody");
  expect(await page.locator("[data-open-holds]").getAttribute("data-open-holds")).toBe("1");
  await card.getByRole("heading", { name: "DELETE would take away 37 rows of 2 tables" }).waitFor();
  const text = (await card.textContent()) ?? "";
  expect(text).toContain("public.people30 deleted");
  expect(text).toContain("public.notes7 deletednot named in the statement");
  expect(text).toContain("DELETE FROM people WHERE true");
  expect(text).toMatch(/shop Production database .*, system \d+/);
  expect(text).toContain("tester for");
  expect(text).toMatch(/\d\d:\d\d left/);
  expect((await observedIn(page)).shifts.slice(before)).toEqual([]);
  // A double click is no second thought.
  await card.locator("[data-does=approve]").dblclick();
  await card.locator("[data-armed]").waitFor();
  await page.waitForTimeout(700);
  expect(await waiting(page).count()).toBe(1);
  await card.locator("[data-does=approve]").click();
  expect(await done.end).toBe("30 rows");
  await cards(page).filter({ hasText: "Approved, and used" }).waitFor();
  await page.getByText("by ada").waitFor();
  expect(await page.title()).toBe("Custody");
  expect(await count()).toBe(0);
  await fixture.agent.query("INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 30) i");
  expect((await observedIn(page)).violations).toEqual([]);
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test("what has run is shown row by row, before and after, and nothing moves when the rows come", async () => {
  const page = await fixture.openAs("ada", "/holds");
  await page.getByRole("banner").getByText("ada").waitFor();
  const before = (await observedIn(page)).shifts.length;
  const done = await held(
    "WITH gone AS (DELETE FROM prices WHERE id = 9) UPDATE prices SET price = price * 2 WHERE id < 3",
  );
  const card = waiting(page);
  await card.locator("[data-change]").first().waitFor();
  expect(await card.locator("[data-change]").allTextContents()).toEqual([
    "±id 1price 1 → 2",
    "±id 2price 2 → 4",
    "−id 9name thing 9price 9",
  ]);
  expect((await observedIn(page)).shifts.slice(before)).toEqual([]);
  expect(await accessibilityOf(page)).toEqual([]);
  await approve(card);
  expect(await done.end).toBe("2 rows");
});

test("rows that the hold does not name are not shown, and whoever decides is warned", async () => {
  const page = await fixture.openAs("ada", "/holds");
  await page.route("**/api/holds/*/rows", async (route) => {
    const { text } = await (await route.fetch()).json();
    await route.fulfill({ json: { text: text.replace("thing 8", "thing 7") } });
  });
  const done = await held("DELETE FROM prices WHERE id = 8");
  const card = waiting(page);
  await card.getByText("What the server sent is not what this hold names").waitFor();
  expect(await card.locator("[data-change]").count()).toBe(0);
  await deny(card, "those are not its rows");
  expect(await done.end).toContain("those are not its rows");
});

test("a no goes to the client with its reason, by the keyboard alone", async () => {
  const page = await fixture.openAs("ada", "/holds");
  const done = await held("TRUNCATE people CASCADE");
  await waiting(page).waitFor();
  await page.keyboard.press("a");
  expect(await page.locator("[data-hold][data-active]:focus").count()).toBe(1);
  expect(await page.locator("[data-armed]").count()).toBe(0);
  await page.keyboard.press("d");
  await page.keyboard.type("not today, j or k");
  await page.keyboard.press("Enter");
  expect(await done.end).toContain("ada refused it: not today, j or k");
  await cards(page).filter({ hasText: "Reason: not today, j or k" }).waitFor();
  expect(await count()).toBe(30);
});

test("what nobody answers is over by itself, and the history has all of it", async () => {
  const page = await fixture.openAs("ada", "/holds");
  const done = await held("UPDATE brief SET id = 2 WHERE id = 1");
  await waiting(page).waitFor();
  expect(await done.end).toMatch(/expired|nobody/i);
  await cards(page).filter({ hasText: "nobody answered in time" }).waitFor();
  await page.getByRole("link", { name: "History" }).click();
  await cards(page).filter({ hasText: "not today" }).waitFor();
  const states = await cards(page).evaluateAll((all) =>
    all.map((one) => (one as unknown as { dataset: { state: string } }).dataset.state),
  );
  expect(states).toEqual(["expired", "refused", "refused", "consumed", "consumed"]);
});

test("who comes too late, or saw something else, is told so, and nothing is decided", async () => {
  const page = await fixture.openAs("ada", "/holds");
  const done = await held("DELETE FROM notes");
  await waiting(page).waitFor();
  await page.route("**/api/holds?*", async (route) => {
    const answer = await (await route.fetch()).json();
    for (const hold of answer.holds) hold.text = hold.text.replace("DELETE FROM notes", "DELETE FROM note");
    await route.fulfill({ json: answer });
  });
  const card = waiting(page).filter({ has: page.locator("pre", { hasText: /^DELETE FROM note$/ }) });
  await approve(card);
  await page.getByRole("alert").filter({ hasText: "not what is held any more" }).waitFor();
  expect(await card.count()).toBe(1);
  await page.unroute("**/api/holds?*");
  await waiting(page)
    .filter({ hasText: /FROM notes/ })
    .waitFor();
  // From here on this page is not told that somebody else was faster.
  await page.route("**/api/holds?*", (route) => route.abort());
  const [hold] = JSON.parse(`[${(await fixture.custody.run("holds", "--json")).stdout.trim()}]`);
  expect((await fixture.custody.run("deny", hold.id, "--reason", "faster")).code).toBe(0);
  expect(await done.end).toContain("faster");
  await approve(waiting(page));
  await page.getByRole("alert").filter({ hasText: "Your answer did not count" }).waitFor();
});

test("who may not decide sees everything, and why there are no buttons", async () => {
  const page = await fixture.openAs("eve", "/holds");
  const done = await held("DELETE FROM notes");
  const card = waiting(page);
  await card.getByText("Deciding needs the role of an approver or an owner").waitFor();
  expect(await card.getByRole("button").count()).toBe(0);
  await page.keyboard.press("j");
  await page.keyboard.press("a");
  const owner = await fixture.openAs("ada", "/holds");
  await deny(waiting(owner), "a viewer cannot");
  expect(await done.end).toContain("a viewer cannot");
});

test("what one's own agent asks for can be denied, and is not offered for approval", async () => {
  const page = await fixture.openAs("ada", "/holds");
  const done = await held("DELETE FROM notes", await fixture.custody.sessionUrl("person"));
  await waiting(page).getByText("Nobody approves what was asked for on their own behalf").waitFor();
  expect(await page.locator("[data-does=approve]").count()).toBe(0);
  await deny(waiting(page), "my own");
  expect(await done.end).toContain("my own");
});

test("where two people have to agree, the first is told that somebody else has to as well", async () => {
  const page = await fixture.openAs("ada", "/holds");
  const done = await held("UPDATE shared SET id = 2 WHERE id = 1");
  await waiting(page).getByText("0 of 2").waitFor();
  await waiting(page).getByText("no prompt of this session is on record").waitFor();
  await approve(waiting(page));
  await waiting(page).getByText("1 of 2: ada").waitFor();
  await waiting(page).getByText("You have said yes. Somebody else has to as well.").waitFor();
  expect(await page.locator("[data-does=approve]").count()).toBe(0);
  await deny(waiting(page), "on second thought");
  expect(await done.end).toContain("on second thought");
});

test("nothing in a statement hides, acts, or pretends", async () => {
  const page = await fixture.openAs("ada", "/holds");
  const hostile = `DELETE FROM people /* \u202e<img src=x onerror="document.title=1">\u200b \u0430dmin */ WHERE name = '\u0430dmin' OR true`;
  const done = await held(hostile);
  const card = waiting(page);
  await card.waitFor();
  const text = (await card.textContent()) ?? "";
  expect(text).not.toMatch(/[\u202e\u200b\u0430]/);
  expect(text).toContain("\\u{202e}<img");
  expect(text).toContain("\\u{430}dmin");
  await card.getByText("it has characters that are not shown, or that reorder what is").waitFor();
  await card.getByText("a word has letters that only look like Latin ones").first().waitFor();
  expect(await card.locator("pre .escaped").count()).toBeGreaterThan(3);
  await deny(card, "no");
  await done.end;
  expect((await observedIn(page)).violations).toEqual([]);
});

test("what an EXECUTE runs is there to be read, hides nothing, and names its tables", async () => {
  const page = await fixture.openAs("ada", "/holds");
  const agent = new Client({ connectionString: url });
  agent.on("error", () => {});
  await agent.connect();
  askers.push(agent);
  const prepared = agent.query("PREPARE harmless AS DELETE FROM people /* \u202e\u0430ll */ WHERE true");
  await waiting(page).waitFor();
  await approve(waiting(page));
  await prepared;
  const end = agent.query("EXECUTE harmless").catch((error: Error) => error.message);
  const card = waiting(page);
  await card.getByText("EXECUTE harmless", { exact: true }).waitFor();
  const runs = card.getByRole("group", { name: "Which runs what was prepared before" });
  expect(await runs.locator("pre").allTextContents()).toEqual([
    "DELETE FROM people /* \\u{202e}\\u{430}ll */ WHERE true",
  ]);
  await card.getByText("it has characters that are not shown, or that reorder what is").waitFor();
  const text = (await card.textContent()) ?? "";
  expect(text).toMatch(/public\.people30 deleted(?!not named)/);
  expect(await accessibilityOf(page)).toEqual([]);
  await deny(card, "not that");
  expect(await end).toContain("not that");
  expect((await observedIn(page)).violations).toEqual([]);
});

test("what comes while something can be decided moves nothing, and waits above it", async () => {
  const page = await fixture.openAs("ada", "/holds");
  const first = await held("DELETE FROM notes");
  await waiting(page).waitFor();
  const place = () => waiting(page).first().boundingBox();
  const before = await place();
  const second = await held("DELETE FROM notes WHERE true");
  await page.getByRole("button", { name: "Show 1 new" }).waitFor();
  expect(await place()).toEqual(before);
  expect(await waiting(page).count()).toBe(1);
  expect(await page.title()).toBe("(2) Custody");
  await page.getByRole("button", { name: "Show 1 new" }).click();
  await expect.poll(() => waiting(page).count()).toBe(2);
  for (const one of [
    await waiting(page).nth(0).getAttribute("data-hold"),
    await waiting(page).nth(1).getAttribute("data-hold"),
  ])
    await deny(page.locator(`[data-hold="${one}"]`), "both go");
  expect(await first.end).toContain("both go");
  expect(await second.end).toContain("both go");
});

test.each(["light", "dark"] as const)(
  "in %s colours, everybody can decide, on a phone too",
  async (colorScheme) => {
    const options = { colorScheme, reducedMotion: "reduce" } as const;
    const page = await fixture.openAs("ada", "/holds", options);
    const done = await held("TRUNCATE people CASCADE");
    await waiting(page).waitFor();
    expect(await accessibilityOf(page)).toEqual([]);
    await page.setViewportSize({ height: 740, width: 360 });
    expect(await accessibilityOf(page), "on a phone").toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    const buttons = await page
      .locator("[data-does]")
      .evaluateAll((all) =>
        all.map(
          (one) =>
            (one as unknown as { getBoundingClientRect(): { height: number } }).getBoundingClientRect()
              .height,
        ),
      );
    expect(Math.min(...buttons)).toBeGreaterThanOrEqual(44);
    await page.locator("[data-does=approve]").click();
    expect(await accessibilityOf(page), "once more").toEqual([]);
    await page.locator("[data-does=deny]").click();
    expect(await accessibilityOf(page), "a reason").toEqual([]);
    await page.keyboard.type("a test");
    await page.keyboard.press("Enter");
    expect(await done.end).toContain("a test");
    await page.getByRole("link", { name: "History" }).click();
    await cards(page).first().waitFor();
    expect(await accessibilityOf(page), "history").toEqual([]);
  },
);
