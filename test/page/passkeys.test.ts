import type { Page } from "playwright-core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { accessibilityOf } from "./accessibility.ts";
import { observedIn, PageFixture } from "./page-fixture.ts";

const password = "a bicycle made of cheese";

let fixture: PageFixture;
let page: Page;
/** By name: passkeys are for no address. */
let website: string;

beforeEach(async ({ skip }) => {
  if (fixture !== undefined) return;
  fixture = await PageFixture.start({ skip }, async (agent) => {
    await agent.query("SELECT 4711");
  });
  website = fixture.server.replace("127.0.0.1", "localhost");
  page = await fixture.blank();
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      automaticPresenceSimulation: true,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      protocol: "ctap2",
      transport: "internal",
    },
  });
}, 240_000);

afterAll(async () => fixture?.stop());

test("the owner enrols a passkey, comes in with it, and removes it", async () => {
  const { stdout } = await fixture.custody.run("users", "invite-owner", "--json");
  const { hash } = new URL((JSON.parse(stdout) as { url: string }).url);
  await page.goto(`${website}/${hash}`);
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel("Password, twelve characters or more", { exact: true }).fill(password);
  await page.getByLabel("The same again").fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("banner").getByText("ada").click();
  await page.getByRole("heading", { name: "Your keys" }).waitFor();
  await page.getByLabel("What you call it").fill("this machine");
  await page.getByRole("button", { name: "Enrol a passkey" }).click();
  await page
    .getByRole("listitem")
    .filter({ hasText: "this machine" })
    .filter({ hasText: "counts" })
    .waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Use a passkey" }).waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByRole("banner").getByText("ada").waitFor();
  expect(await page.getByRole("banner").getByText("ada").locator("..").getAttribute("title")).toContain(
    "passkey",
  );
  await page.goto(`${website}/keys`);
  await page.getByRole("button", { name: "Remove this machine" }).click();
  await page.getByText("You have none yet.").waitFor();
  expect((await observedIn(page)).violations).toEqual([]);
}, 400_000);

test("at an address there are none, and the page says where there are", async () => {
  const other = await fixture.blank();
  await other.goto(fixture.server);
  await other.getByText(`No passkeys here: they work on ${website}`).waitFor();
});
