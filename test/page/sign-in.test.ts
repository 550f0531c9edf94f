import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { observedIn, PageFixture } from "./page-fixture.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const password = "a bicycle made of cheese";

let fixture: PageFixture;

beforeEach(async ({ skip }) => {
  fixture ??= await PageFixture.start({ skip }, async (agent) => {
    await agent.query("SELECT 4711");
  });
}, 240_000);

afterAll(async () => fixture?.stop());

async function accessibilityOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>("axe.run()");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

async function urlOf(...command: string[]): Promise<string> {
  const { code, stderr, stdout } = await fixture.custody.run(...command, "--json");
  if (code !== 0) throw new Error(`custody ${command.join(" ")} ended with ${code}: ${stderr}`);
  return (JSON.parse(stdout) as { url: string }).url;
}

test("the first owner comes by a link, with the keyboard alone, and is shown as signed in", async () => {
  const page = await fixture.blank();
  await page.goto(await urlOf("users", "invite-owner"));
  await page.getByRole("heading", { name: "Own this Custody" }).waitFor();
  expect(new URL(page.url()).hash).toBe("");
  await page.getByLabel("Name").focus();
  await page.keyboard.type("ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Tab");
  await page.keyboard.type("something else");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "differ" }).waitFor();
  await page.getByLabel("The same again").fill(password);
  await page.keyboard.press("Enter");
  await page.locator(".feed-row").first().waitFor();
  await page.getByRole("banner").getByText("ada").waitFor();
  expect((await observedIn(page)).violations).toEqual([]);
});

test("a name and a password sign in, in every tab, and signing out ends all of them", async () => {
  const page = await fixture.blank();
  await page.goto(fixture.server);
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel("Password").fill("something else");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").filter({ hasText: "wrong" }).waitFor();
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await page.locator(".feed-row").first().waitFor();
  const other = await page.context().newPage();
  await other.goto(fixture.server);
  await other.locator(".feed-row").first().waitFor();
  // No script can read the cookie, and without it the key opens nothing.
  expect(await page.evaluate("document.cookie")).toBe("");
  await page.context().clearCookies();
  await other.getByLabel("Password").waitFor();
  await page.getByLabel("Password").waitFor();
  // The tab that asks first is told why; the other one follows it.
  const told = (tab: Page) => tab.getByRole("alert").filter({ hasText: "signed out" }).count();
  expect((await told(page)) + (await told(other))).toBe(1);
});

test("whoever is signed in confirms a command line, and nobody else can", async () => {
  const begin = async () => {
    const answer = await fetch(`${fixture.server}/api/device`, {
      body: '{"client":"laptop"}',
      method: "POST",
    });
    return (await answer.json()) as {
      device_code: string;
      user_code: string;
      verification_uri_complete: string;
    };
  };
  const poll = (code: string) =>
    fetch(`${fixture.server}/api/device/token`, {
      body: JSON.stringify({ device_code: code }),
      method: "POST",
    }).then((answer) => answer.status);
  const page = await fixture.blank();
  const first = await begin();
  await page.goto(first.verification_uri_complete);
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await page.getByText(first.user_code).waitFor();
  await page.getByText("laptop").waitFor();
  expect(await poll(first.device_code)).toBe(400);
  expect(await accessibilityOf(page), "a device").toEqual([]);
  await page.getByRole("button", { name: "Let it act for me" }).click();
  await page.locator(".feed-row").first().waitFor();
  expect(await poll(first.device_code)).toBe(200);
  const second = await begin();
  await page.goto(second.verification_uri_complete);
  await page.getByRole("button", { name: "Refuse it" }).click();
  await page.locator(".feed-row").first().waitFor();
  expect(await poll(second.device_code)).toBe(401);
});

test.each(["light", "dark"] as const)("in %s colours, everybody can come in", async (colorScheme) => {
  const page = await fixture.blank({ colorScheme, reducedMotion: "reduce" });
  await page.goto(fixture.server);
  await page.getByLabel("Password").waitFor();
  expect(await accessibilityOf(page), "sign-in").toEqual([]);
  const signedIn = await fixture.open("/", { colorScheme, reducedMotion: "reduce" });
  await signedIn.getByRole("banner").getByText("local operator").waitFor();
  expect(await accessibilityOf(signedIn), "signed in by a link").toEqual([]);
  const invited = await fixture.blank({ colorScheme, reducedMotion: "reduce" });
  await invited.goto(`${fixture.server}/#invitation=used-already`);
  await invited.getByRole("alert").filter({ hasText: "used already" }).waitFor();
  expect(await accessibilityOf(invited), "an invitation").toEqual([]);
});
