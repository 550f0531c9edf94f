import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { eraseProject, recordOf, serveLedger, token } from "../../apps/server/src/testing/served-ledger.ts";
import { listening } from "../../apps/server/src/testing/stream-reader.ts";
import { browserPath, launchBrowser } from "./browser.ts";
import { openRow, rowOf } from "./page-fixture.ts";

/** As `npm test` has built it. */
const built = fileURLToPath(new URL("../../apps/web/dist/page", import.meta.url));

test("an open record that is destroyed goes from the list, and the page says what became of it", async (context) => {
  const executablePath = browserPath(context);
  const served = await serveLedger({ page: built });
  const port = await listening(served);
  const noteOf = (text: string, project: string) =>
    recordOf({ project, statement: { digest: "", text }, type: "db.statement.completed" });
  await served.append(noteOf("SELECT 'kept'", "default"), noteOf("SELECT 'doomed'", "doomed"));
  const index = served.ledger.size - 1;
  const browser = await launchBrowser(executablePath);
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.addInitScript(`sessionStorage.setItem("custody-token", ${JSON.stringify(token)})`);
  await page.goto(`http://127.0.0.1:${port}/`);
  await rowOf(page, "kept").first().waitFor();
  await openRow(page, "doomed");
  await page.locator("aside", { hasText: "SELECT 'doomed'" }).waitFor();
  expect(await eraseProject(served.ledger, "doomed")).toBeGreaterThan(index);
  await page.locator("aside", { hasText: "This record was destroyed" }).waitFor();
  await expect.poll(() => rowOf(page, "doomed").count()).toBe(0);
  await rowOf(page, "kept").first().waitFor();
  await page.locator("aside", { hasText: `entry ${index} stands in the ledger` }).waitFor();
  expect(await page.content()).not.toContain("SELECT 'doomed'");
  // Whoever comes by its place later is told the same.
  await page.goto(`http://127.0.0.1:${port}/records/${index}`);
  await page.locator("aside", { hasText: "This record was destroyed" }).waitFor();
});
