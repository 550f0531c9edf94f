import type { RecordDetail } from "@custody/domain";
import type { Page } from "playwright-core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { expectVerdict, openRow, PageFixture } from "./page-fixture.ts";

let fixture: PageFixture;

beforeEach(async ({ skip }) => {
  fixture ??= await PageFixture.start({ skip }, async (agent) => {
    await agent.query("SELECT 'the genuine one'");
    await agent.query("SELECT 'another one'");
  });
}, 240_000);

afterAll(async () => fixture?.stop());

/** Changes what the server answers about a record on its way to the page. */
async function tampered(change: (detail: RecordDetail) => unknown): Promise<Page> {
  const page = await fixture.open();
  await page.route("**/api/records/*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change((await response.json()) as RecordDetail) });
  });
  await openRow(page, "the genuine one");
  return page;
}

async function failedSteps(page: Page): Promise<readonly (string | null)[]> {
  const steps = await page.locator("[data-step][data-state=failed]").all();
  return Promise.all(steps.map((step) => step.getAttribute("data-step")));
}

async function expectAlarm(page: Page): Promise<void> {
  await expectVerdict(page, "broken");
  await page.getByRole("alert").filter({ hasText: "NOT verified" }).waitFor();
}

test("a genuine record holds at every step, and its key is remembered", async () => {
  const page = await tampered((detail) => detail);
  await expectVerdict(page, "verified");
  const states = await page
    .locator("[data-step]")
    .evaluateAll((steps) => steps.map((step) => step.getAttribute("data-state")));
  expect(states).toEqual(Array(6).fill("passed"));
  await page.getByText("First time").waitFor();
  await page.reload();
  await page.getByText("saw first").waitFor();
});

test("one changed byte of the payload is found, even if the server's rendering agrees with it", async () => {
  const page = await tampered((detail) => {
    const payload = detail.proof.payload.replace("the genuine one", "the genuine 0ne");
    return { ...detail, record: JSON.parse(payload), proof: { ...detail.proof, payload } };
  });
  await expectAlarm(page);
  expect(await failedSteps(page)).toEqual(["payload"]);
});

test("a rendering that differs from the recorded bytes is found, and not shown", async () => {
  const page = await tampered((detail) => ({
    ...detail,
    record: { ...detail.record, statement: { ...detail.record.statement, text: "SELECT 'a lie'" } },
  }));
  await expectAlarm(page);
  expect(await failedSteps(page)).toEqual(["answer"]);
  expect(await page.locator("aside").textContent()).toContain("the genuine one");
  expect(await page.locator("aside").textContent()).not.toContain("a lie");
});

test("another record, as genuine, is not taken for the one that was asked for", async () => {
  const page = await fixture.open();
  await openRow(page, "another one");
  const other = new URL(page.url()).pathname.split("/").at(-1) as string;
  await page.route("**/api/records/*", async (route) => {
    const url = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: `${url.origin}/api/records/${other}` }) });
  });
  await openRow(page, "the genuine one");
  await expectAlarm(page);
  expect(await failedSteps(page)).toEqual(["identity"]);
});

test("a changed proof and a changed signature are found", async () => {
  const proof = await tampered((detail) => withReceipt(detail, 3));
  await expectAlarm(proof);
  expect(await failedSteps(proof)).toEqual(["inclusion"]);
  const signature = await tampered((detail) => withReceipt(detail, -2));
  await expectAlarm(signature);
  expect(await failedSteps(signature)).toContain("signature");
});

/** Another letter in the middle of one line of the receipt, counted from its begin or its end. */
function withReceipt(detail: RecordDetail, line: number): RecordDetail {
  const lines = (detail.proof.receipt as string).split("\n");
  const changed = lines.at(line) as string;
  const middle = Math.floor(changed.length / 2);
  const letter = changed[middle] === "A" ? "B" : "A";
  lines[line < 0 ? lines.length + line : line] =
    changed.slice(0, middle) + letter + changed.slice(middle + 1);
  return { ...detail, proof: { ...detail.proof, receipt: lines.join("\n") } };
}

test("a log with another key is a loud warning until the reader accepts it", async () => {
  const page = await fixture.open();
  await page.evaluate("localStorage.setItem('custody-verifier-key', 'other+00000000+AAAA')");
  await openRow(page, "the genuine one");
  await page.getByRole("alert").filter({ hasText: "key has changed" }).waitFor();
  await expectVerdict(page, "broken");
  await page.getByRole("button", { name: "trust the new key" }).click();
  await expectVerdict(page, "verified");
});

test("a record that no checkpoint covers yet says so, and is asked for again", async () => {
  let isCovered = false;
  const page = await tampered((detail) =>
    isCovered ? detail : { ...detail, proof: { ...detail.proof, receipt: null } },
  );
  await expectVerdict(page, "pending");
  isCovered = true;
  await expectVerdict(page, "verified");
});

test("the receipt can be saved, and the command line takes it", async () => {
  const page = await tampered((detail) => detail);
  await expectVerdict(page, "verified");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download receipt" }).click();
  const file = await (await saving).path();
  const key = await fixture.custody.run("keys", "verifier");
  const { code } = await fixture.custody.run("check", file, "--key", key.stdout.trim());
  expect(code).toBe(0);
});
