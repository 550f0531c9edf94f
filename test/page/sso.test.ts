import { createServer } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { addPerson, makeOwner } from "../end-to-end/people.ts";
import { CLIENT_ID, CLIENT_SECRET, TestProvider } from "../sso/test-provider.ts";
import { accessibilityOf } from "./accessibility.ts";
import { observedIn, PageFixture } from "./page-fixture.ts";

let fixture: PageFixture;
let provider: TestProvider;
let website: string;

beforeEach(async ({ skip }) => {
  if (fixture !== undefined) return;
  const port = await freePort();
  website = `http://localhost:${port}`;
  provider = await TestProvider.start({
    accounts: {
      bob: { email: "bob@corp.example", email_verified: true },
      mallory: { email: "mallory@corp.example", email_verified: true },
    },
    redirectUri: `${website}/sign-in/oidc`,
  });
  const oidc = `issuer: '${provider.issuer}', clientId: ${CLIENT_ID}, clientSecret: { env: SSO_SECRET }, name: Work`;
  fixture = await PageFixture.start(
    { skip },
    async (agent) => {
      await agent.query("SELECT 4711");
    },
    {
      listen: `127.0.0.1:${port}`,
      variables: { SSO_SECRET: CLIENT_SECRET },
      yaml: `publicUrl: '${website}'\nsignIn:\n  oidc: { ${oidc} }\n`,
    },
  );
  // Custody has started, and nobody has asked the provider for anything.
  expect(provider.asked).toEqual([]);
  await makeOwner(fixture.custody, fixture.server);
  await addPerson(fixture.custody, fixture.server, "bob", "approver");
  const named = await fixture.custody.run("users", "sso", "bob", "--email", "bob@corp.example");
  expect(named.code, named.stderr).toBe(0);
}, 240_000);

afterAll(async () => {
  await fixture?.stop();
  await provider?.stop();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}

/** What whoever sits before the browser does at the provider. */
async function signInAtProvider(page: Page, account: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in with Work" }).click();
  await page.waitForURL(`${provider.issuer}/**`);
  await page.locator("input[name=login]").fill(account);
  await page.locator("input[name=password]").fill("any");
  await page.keyboard.press("Enter");
}

test("somebody comes in by the provider, back to where they were, and nothing of it stays in the address", async () => {
  const page = await fixture.blank();
  await page.goto(`${website}/holds?from=a-message`);
  await page.getByRole("button", { name: "Sign in with Work" }).waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await signInAtProvider(page, "bob");
  await page.getByRole("banner").getByText("bob").waitFor();
  expect(page.url()).toBe(`${website}/holds?from=a-message`);
  const title = await page.getByRole("banner").getByText("bob").locator("..").getAttribute("title");
  expect(title).toContain("sso");
  const names = (await page.context().cookies(website)).map(({ name }) => name);
  expect(names).toContain("custody-session");
  expect(names).not.toContain("custody-sign-in");
  expect((await observedIn(page)).violations).toEqual([]);
  await page.reload();
  await page.getByRole("banner").getByText("bob").waitFor();
  const signedIn = await fixture.custody.records<{ readonly details: object }>("--type", "user.signed-in");
  expect(signedIn.at(-1)?.details).toMatchObject({ assurance: "sso", method: "sso", name: "bob" });
}, 400_000);

test("whom nobody has named reads why, and can go back", async () => {
  const page = await fixture.blank();
  await page.goto(website);
  await signInAtProvider(page, "mallory");
  const alert = page.getByRole("alert").filter({ hasText: "SSO_NOT_NAMED" });
  await alert.waitFor();
  expect(await alert.textContent()).toContain("mallory@corp.example");
  expect(page.url()).toBe(`${website}/`);
  expect(await accessibilityOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByLabel("Password").waitFor();
  expect((await fixture.custody.records("--type", "access.sign-in-refused")).length).toBeGreaterThan(0);
});

test("a way back that was begun elsewhere lets nobody in, and ends nobody's session", async () => {
  const page = await fixture.openAs("ada", "/", {});
  await page.goto(`${fixture.server}/sign-in/oidc?code=of-somebody-else&state=theirs`);
  await page.getByRole("alert").filter({ hasText: "SSO_STATE_WRONG" }).waitFor();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("banner").getByText("ada").waitFor();
});

test("the list of people says as whom somebody signs in", async () => {
  const page = await fixture.openAs("ada", "/people");
  await page.locator("[data-user=bob]").getByText("single sign-on as bob").waitFor();
  await page.locator("[data-user=ada]").getByText("you").waitFor();
  expect(await page.getByText("single sign-on as").count()).toBe(1);
});

test("elsewhere the page says where it works", async () => {
  const page = await fixture.blank();
  await page.goto(fixture.server);
  await page.getByText(`Sign in with Work works on ${website}`).waitFor();
});
