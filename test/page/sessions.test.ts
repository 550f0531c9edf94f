import { afterAll, beforeEach, expect, test } from "vitest";
import { accessibilityOf } from "./accessibility.ts";
import { HOSTILE, ModelScene } from "./model-scene.ts";
import { expectVerdict, observedIn } from "./page-fixture.ts";

/** The first lets everything pass, and is reached at once; nobody spends anything of the last. */
const BUDGETS = `version: 1
budgets:
  - { name: house, per: all, limit: { tokens: 100 }, then: warn }
  - { name: one-run, per: session, limit: { cost: "2.00 USD" }, then: stop }
  - { name: opus, per: model, match: { model: "claude-opus-*" }, period: month, limit: { cost: "9 USD" }, then: hold }
`;

let scene: ModelScene;
let orders: string;
let hostile: string;

beforeEach(async ({ skip }) => {
  if (scene !== undefined) return;
  scene = await ModelScene.start({ skip }, BUDGETS);
  const first = await scene.newSession("claude");
  orders = first.session;
  await scene.turn(first, "delete all orders", [
    "CREATE TABLE orders AS SELECT 1 AS id",
    "DELETE FROM orders WHERE id = 1",
    "DROP DATABASE nothing",
  ]);
  const second = await scene.newSession("evil\u202eagent");
  hostile = second.session;
  await scene.turn(second, `hostile ${HOSTILE}`, [`SELECT '${HOSTILE}'`], "a-model-of-nobody");
}, 240_000);

afterAll(async () => scene?.stop());

const line = (id: string) => `[data-session="${id}"]`;

test("the list says how each session stands, what it did and what that cost", async () => {
  const { fixture } = scene;
  const page = await fixture.open();
  await page.getByRole("link", { exact: true, name: "Sessions" }).click();
  const row = page.locator(line(orders));
  await row.waitFor();
  const text = (await row.textContent()) ?? "";
  expect(text).toContain("Running");
  expect(text).toContain("claude");
  const cells = await row.locator("td").allTextContents();
  // Prompts, requests, statements, writes, denied.
  expect(cells.slice(3, 8)).toEqual(["1", "2", "3", "2", "1"]);
  // Both answers say 1,200 of input, 70 from a cache and 34 of output.
  expect(await row.getByTitle("2,540 of input, 140 of them from a cache; 68 of output").count()).toBe(1);
  expect(text).toMatch(/0\.0\d+ USD/);
  expect(await page.locator(line(hostile)).textContent()).toContain("unpriced");
  expect(fixture.complaintsOf(page)).toEqual([]);
  expect((await observedIn(page)).violations).toEqual([]);
});

test("a new session waits until it is asked for, and nothing moves", async () => {
  const page = await scene.fixture.open("/sessions");
  await page.locator(line(orders)).waitFor();
  const before = await page.locator("[data-session]").count();
  const { shifts } = await observedIn(page);
  const { session } = await scene.newSession("latecomer");
  const button = page.getByRole("button", { name: /^Show \d+ new session/ });
  await button.waitFor();
  expect(await page.locator("[data-session]").count()).toBe(before);
  expect((await observedIn(page)).shifts).toEqual(shifts);
  await button.click();
  await page.locator(line(session)).waitFor();
  expect(await page.locator("[data-session]").first().getAttribute("data-session")).toBe(session);
});

test("filters stand in the address, and a list without any session says so", async () => {
  const page = await scene.fixture.open("/sessions");
  await page.locator(line(orders)).waitFor();
  await page.getByRole("button", { exact: true, name: "Agent" }).click();
  await page.getByRole("option", { name: "claude" }).click();
  await page.locator(line(hostile)).waitFor({ state: "detached" });
  expect(new URL(page.url()).search).toBe("?agent=claude");
  expect(await page.locator("[data-session]").count()).toBe(1);
  await page.getByRole("button", { exact: true, name: "State" }).click();
  await page.getByRole("option", { name: "Expired" }).click();
  await page.getByText("No session matches these filters").waitFor();
  await page.getByRole("button", { name: "Clear all" }).click();
  await page.locator(line(hostile)).waitFor();
  expect(scene.fixture.complaintsOf(page)).toEqual([]);
});

test("a prompt is found by its words, and leads to its session", async () => {
  const page = await scene.fixture.open("/sessions");
  await page.getByRole("searchbox", { name: "Search prompts" }).fill("delete all orders");
  await page.keyboard.press("Enter");
  const found = page.locator(".feed-row");
  await found.first().waitFor();
  expect(await found.count()).toBe(1);
  expect(await found.textContent()).toContain("delete all orders");
  await found.click();
  await expectVerdict(page, "verified");
  await page.getByRole("link", { name: "what happened in it" }).click();
  await page.locator("[data-thread]").waitFor();
  expect(new URL(page.url()).pathname).toBe(`/sessions/${orders}`);
});

test("the thread runs from the prompt to the rows, says what is known by time only, and opens records beside it", async () => {
  const { fixture } = scene;
  const page = await fixture.open(`/sessions/${orders}`);
  const statement = page.locator("[data-kind=statement]", { hasText: "DELETE FROM orders" });
  await statement.waitFor();
  // Where it stands: below a tool call, below a request, below the prompt.
  const above = await statement.evaluate((node) => {
    const kinds: string[] = [];
    for (let at = node.parentElement; at !== null; at = at.parentElement)
      if (at.classList.contains("thread-below"))
        kinds.push(at.previousElementSibling?.querySelector("[data-kind]")?.getAttribute("data-kind") ?? "");
    return kinds;
  });
  expect(above).toEqual(["tool", "request", "prompt"]);
  const text = (await statement.textContent()) ?? "";
  expect(text).toContain("Committed");
  expect(text).toContain("1 row");
  expect(text).toContain("by time");
  expect(await page.locator("[data-kind=statement]", { hasText: "DROP DATABASE" }).textContent()).toContain(
    "Denied",
  );
  expect(await page.locator("[data-kind=request]").first().textContent()).toContain("I delete them");
  expect(await page.locator("[data-kind=request] [data-cost]").first().textContent()).toMatch(/USD$/);
  // The record beside it takes room from the thread: somebody asked for that, however long it takes to come.
  await statement.click();
  await expectVerdict(page, "verified");
  expect(new URL(page.url()).pathname).toMatch(new RegExp(`^/sessions/${orders}/records/`));
  await page.locator("aside ol a").first().click();
  expect(new URL(page.url()).pathname).toMatch(new RegExp(`^/sessions/${orders}/records/`));
  await page.keyboard.press("Escape");
  await page.locator("aside").waitFor({ state: "detached" });
  expect(new URL(page.url()).pathname).toBe(`/sessions/${orders}`);
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test("the keyboard alone walks a thread, folds it, and opens a record", async () => {
  const page = await scene.fixture.open(`/sessions/${orders}`);
  await page.locator("[data-kind=statement]").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  expect(await page.evaluate("document.activeElement.dataset.kind")).toBe("prompt");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.locator("[data-kind=statement]").first().waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  await page.locator("[data-kind=statement]").first().waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expectVerdict(page, "verified");
});

test("what agents wrote is shown, never carried out, and nothing in it hides", async () => {
  const { fixture } = scene;
  const page = await fixture.open("/sessions");
  await page.locator(line(hostile)).waitFor();
  const listed = await page.locator("main").textContent();
  await page.goto(`${fixture.server}/sessions/${hostile}`);
  await page.locator("[data-kind=statement]").first().waitFor();
  const text = `${listed} ${await page.locator("main").textContent()}`;
  expect(text).not.toMatch(/[\u202e\u200b\u2066\u001b]/);
  expect(text).toContain("evil\\u{202e}agent");
  expect(text).toContain("pay\\u{202e}load");
  expect(text).toContain("<img src=x");
  expect(await page.title()).toBe("Custody");
  expect((await observedIn(page)).violations).toEqual([]);
  expect(fixture.complaintsOf(page)).toEqual([]);
});

test("a session that is not there is said to be not there", async () => {
  const page = await scene.fixture.open("/sessions/nobody");
  await page.getByText("This session could not be loaded").waitFor();
});

test("costs are told by person, project, model and day, with what is unpriced", async () => {
  const { fixture } = scene;
  const page = await fixture.open("/sessions");
  await page.getByRole("link", { name: "Costs" }).click();
  await page.locator("[data-cost-total]").waitFor();
  expect(await page.locator("[data-cost-total]").textContent()).toMatch(/USD and 2 unpriced$/);
  await page.getByLabel("By").selectOption("Model");
  const unknown = page.locator("[data-cost-line='anthropic/a-model-of-nobody']");
  await unknown.waitFor();
  expect(await unknown.textContent()).toMatch(/2unpriced$/);
  await page.getByLabel("By").selectOption("Day (UTC)");
  await page.locator("[data-cost-line^='20']").waitFor();
  expect(fixture.complaintsOf(page)).toEqual([]);
  expect((await observedIn(page)).violations).toEqual([]);
});

test("how budgets stand is told by text and by more than colours, and changes without moving", async () => {
  const { fixture } = scene;
  const page = await fixture.open("/costs");
  const house = page.locator("[data-budget='1:']");
  await house.waitFor();
  await page.locator("[data-cost-total]").waitFor();
  expect(await house.textContent()).toContain("all together");
  expect(await house.textContent()).toMatch(/% ?spent/);
  const run = page.locator(`[data-budget='2:${hostile}']`);
  expect(await run.textContent()).toContain("evil\\u{202e}agent");
  expect(await run.textContent()).toContain("2 unpriced");
  const untouched = page.locator("[data-budget='3']");
  expect(await untouched.textContent()).toContain("each model");
  expect(await untouched.textContent()).toContain("0.00 of 9.00 USD");
  const meter = page.getByRole("meter", { name: /^house, all together, all time$/ });
  expect(await meter.getAttribute("aria-valuetext")).toMatch(/^[\d,]+ % spent, 0 tokens set aside$/);
  // What is set aside has stripes.
  const stripes = await page.evaluate(
    "getComputedStyle(document.querySelector('.budget-aside')).backgroundImage",
  );
  expect(stripes).toContain("repeating-linear-gradient");

  const { shifts } = await observedIn(page);
  expect(shifts).toEqual([]);
  const before = await house.textContent();
  const lines = await page.locator("[data-budget]").count();
  const late = await scene.newSession("latecomer");
  await scene.turn(late, "delete all orders", []);
  const button = page.getByRole("button", { name: "Show 1 new line" });
  await button.waitFor();
  await expect.poll(() => house.textContent(), { timeout: 60_000 }).not.toBe(before);
  expect(await page.locator("[data-budget]").count()).toBe(lines);
  expect((await observedIn(page)).shifts.filter((shift) => shift.includes("budget"))).toEqual([]);
  // By keyboard alone: the new line, and the session that it is of.
  await button.focus();
  await page.keyboard.press("Enter");
  const link = page.locator(`[data-budget='2:${late.session}'] a`);
  await link.waitFor();
  await link.focus();
  await page.keyboard.press("Enter");
  await page.locator("[data-kind=prompt]").first().waitFor();
  expect(new URL(page.url()).pathname).toBe(`/sessions/${late.session}`);
  expect(fixture.complaintsOf(page)).toEqual([]);
  expect((await observedIn(page)).violations).toEqual([]);
});

test.each(["light", "dark"] as const)(
  "in %s colours, everybody can use sessions and costs",
  async (colorScheme) => {
    const page = await scene.fixture.open("/sessions", { colorScheme, reducedMotion: "reduce" });
    await page.locator(line(orders)).waitFor();
    expect(await accessibilityOf(page), "the list").toEqual([]);
    for (const [path, wanted] of [
      [`/sessions/${orders}`, "[data-kind=statement]"],
      ["/costs", "[data-cost-total]"],
    ] as const) {
      await page.setViewportSize({ height: 900, width: 1440 });
      await page.goto(scene.fixture.server + path);
      await page.locator(wanted).first().waitFor();
      expect(await accessibilityOf(page), path).toEqual([]);
      await page.setViewportSize({ height: 800, width: 400 });
      expect(await accessibilityOf(page), `${path} on a phone`).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path).toBe(true);
    }
  },
);

test.each([1280, 1440, 1700, 1900, 1920])("at a width of %i, nothing in the header is cut", async (width) => {
  const page = await scene.fixture.open("/", { viewport: { height: 800, width } });
  await page.locator(".feed-row").first().waitFor();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  const ends = await page
    .getByRole("banner")
    .locator("a, button, [role=combobox], select")
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().right));
  expect(Math.max(...ends)).toBeLessThanOrEqual(width);
  const [mark, first] = await page
    .getByRole("banner")
    .locator("a")
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect()));
  // The name does not reach into the first entry beside it.
  expect((first?.top ?? 0) >= (mark?.bottom ?? 0) || (first?.left ?? 0) >= (mark?.right ?? 0)).toBe(true);
});
