import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { Client } from "pg";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { addPerson, makeOwner, PASSWORD } from "../end-to-end/people.ts";
import { accessibilityOf } from "./accessibility.ts";
import { observedIn, PageFixture } from "./page-fixture.ts";

const policy = `version: 1
rules:
  - name: two-keys
    match: { verb: TRUNCATE }
    effect: approve
    approval: { passkey: true }
  - name: one-key
    match: { verb: DROP TABLE }
    effect: approve
`;

let fixture: PageFixture;
let website: string;
/** Of a session that nobody's agent has. */
let url: string;
/** bob's, whose authenticator it has. */
let page: Page;
const askers: Client[] = [];

beforeEach(async ({ skip }) => {
  if (fixture !== undefined) return;
  fixture = await PageFixture.start(
    { skip },
    async (agent) => {
      await agent.query("CREATE TABLE people (id int PRIMARY KEY)");
      await agent.query("CREATE TABLE notes (id int PRIMARY KEY)");
    },
    { policy },
  );
  website = fixture.server.replace("127.0.0.1", "localhost");
  url = await fixture.custody.sessionUrl();
  await makeOwner(fixture.custody, fixture.server);
  await addPerson(fixture.custody, fixture.server, "bob", "approver");
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
  await page.goto(`${website}/holds`);
  await page.getByLabel("Name").fill("bob");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("banner").waitFor();
}, 240_000);

afterEach(async () => {
  for (const asker of askers.splice(0)) await asker.end();
});

afterAll(async () => fixture?.stop());

/** What came of a statement that is held. */
async function held(text: string): Promise<{ readonly end: Promise<string> }> {
  const agent = new Client({ connectionString: url });
  agent.on("error", () => {});
  await agent.connect();
  askers.push(agent);
  const end = agent.query(text).then(
    () => "done",
    (error: Error) => error.message,
  );
  return { end };
}

async function ok(...parameters: string[]): Promise<string> {
  const { code, stderr, stdout } = await fixture.custody.run(...parameters);
  if (code !== 0) throw new Error(`custody ${parameters.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

const card = (of: Page = page) => of.locator("[data-hold][data-state=requested]");
const approveButton = (of: Page = page) => card(of).locator("[data-does=approve]");

test("where a rule asks for a passkey, the page says what is missing, and then has the yes signed", async () => {
  const { end } = await held("TRUNCATE people");
  await card().getByText("You have no passkey").waitFor();
  expect(await approveButton().count()).toBe(0);
  expect(await card().locator("[data-does=deny]").count()).toBe(1);
  expect(await accessibilityOf(page)).toEqual([]);
  await card().getByRole("link", { name: "Your keys" }).click();
  await page.getByLabel("What you call it").fill("this machine");
  await page.getByRole("button", { name: "Enrol a passkey" }).click();
  await page.getByRole("listitem").filter({ hasText: "Waits until somebody else" }).waitFor();
  await page.goto(`${website}/holds`);
  await card().getByText("Yours counts once somebody else").waitFor();
  expect(await approveButton().count()).toBe(0);
  const [key] = JSON.parse(`[${(await ok("users", "keys", "bob", "--json")).trim().split("\n").join(",")}]`);
  await ok("users", "confirm-key", "bob", key.id);
  await page.reload();
  await card().getByText("Its rule asks for a passkey's signature.").waitFor();
  expect(await approveButton().textContent()).toBe("Approve with a passkey");
  expect(await accessibilityOf(page)).toEqual([]);
  await approveButton().click();
  expect(await end).toBe("done");
  const [granted] = await fixture.custody.records<AuditRecord>("--type", "approval.granted");
  expect(granted).toMatchObject({
    approval: { approver: { assurance: "passkey", method: "passkey", name: "bob" } },
    details: { credential: key.credential, signedBy: "passkey" },
  });
  expect((await observedIn(page)).violations).toEqual([]);
}, 400_000);

test("where no rule asks for it, a yes is signed when somebody chooses to", async () => {
  const plain = await held("DROP TABLE notes");
  await approveButton().waitFor();
  await card().getByLabel("Sign it with a passkey").check();
  expect(await approveButton().textContent()).toBe("Approve with a passkey");
  expect(await accessibilityOf(page)).toEqual([]);
  await card().getByLabel("Sign it with a passkey").uncheck();
  expect(await approveButton().textContent()).toBe("Approve");
  await card().getByLabel("Sign it with a passkey").check();
  await approveButton().click();
  expect(await plain.end).toBe("done");
  const granted = await fixture.custody.records<AuditRecord>("--type", "approval.granted");
  expect(granted.map(({ details }) => details?.["signedBy"])).toEqual(["passkey", "passkey"]);
  // Both signatures are checked again by a process that has the ledger's public key and nothing else.
  const folder = join(fixture.custody.directory, "evidence");
  await ok("export", "--session", granted[0]?.session ?? "", "--bundle", folder);
  expect(JSON.parse(await ok("check", folder, "--json"))).toMatchObject({
    findings: [],
    ok: true,
    signed: 2,
  });
  expect(JSON.parse(await ok("verify", "--json"))).toMatchObject({ findings: [], ok: true });
}, 400_000);

test("whoever changes their mind before the authenticator has decided nothing", async () => {
  const { end } = await held("TRUNCATE people");
  await approveButton().waitFor();
  await page.evaluate(
    "navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
  );
  await approveButton().click();
  await card().getByRole("alert").filter({ hasText: "nothing was decided" }).waitFor();
  expect(await card().count()).toBe(1);
  await card().locator("[data-does=deny]").click();
  await page.keyboard.type("not today");
  await page.keyboard.press("Enter");
  expect(await end).toContain("not today");
}, 400_000);

test("on another address the page says where passkeys work, and offers no yes", async () => {
  const { end } = await held("TRUNCATE people");
  const other = await fixture.openAs("bob", "/holds");
  await card(other).getByText(`they work on ${website}`).waitFor();
  expect(await approveButton(other).count()).toBe(0);
  await card(other).locator("[data-does=deny]").click();
  await other.keyboard.type("not from here");
  await other.keyboard.press("Enter");
  expect(await end).toContain("not from here");
}, 400_000);
