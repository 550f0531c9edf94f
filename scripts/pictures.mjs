// `npm run pictures`: makes the pictures of the page in docs/pictures anew, from the tour. Needs Chromium.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { chromium } from "playwright-core";
import { bin, progress, root } from "./install.mjs";

const BYTES_MAX = 250_000;
const command = bin("custody/bin/custody.mjs");
const folder = mkdtempSync(join(tmpdir(), "custody-pictures-"));
const options = { cwd: folder, env: { ...process.env, CUSTODY_HOME: undefined, NO_COLOR: "1" } };

const tour = spawn(process.execPath, [command, "up", "--json"], {
  ...options,
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  await new Promise((resolve, reject) => {
    createInterface(tour.stdout).once("line", resolve);
    tour.once("exit", (code) => reject(new Error(`custody up ended with ${code}`)));
  });
  await takePictures(JSON.parse(custody("open", "--json")).url, makeEvidence);
} finally {
  tour.kill("SIGTERM");
  await new Promise((resolve) => (tour.exitCode === null ? tour.once("exit", resolve) : resolve()));
  rmSync(folder, { recursive: true, force: true });
}

function custody(...args) {
  return execFileSync(process.execPath, [command, ...args], options).toString();
}

/** Evidence of what the agent of the tour did; returns the page's address. */
function makeEvidence() {
  const { session } = JSON.parse(custody("log", "--json", "--limit", "1", "--type", "db.statement"));
  custody("export", "--session", session, "--bundle", "evidence");
  return pathToFileURL(join(folder, "evidence", "index.html")).href;
}

async function takePictures(url, evidence) {
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
  ];
  const browser = await chromium.launch({
    executablePath: executable("chromium"),
    args: [...flags, "--no-first-run"],
  });
  const viewport = { width: 1360, height: 820 };
  const page = await (await browser.newContext({ viewport, colorScheme: "light" })).newPage();
  await page.goto(url);
  await page.locator(".feed-row", { hasText: "Denied" }).first().waitFor({ timeout: 60_000 });
  // The agent of the tour has a few more things to do.
  await page.waitForTimeout(4000);
  await save(page, "feed-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator(".feed-row", { hasText: "DROP TABLE" }).first().click();
  await page.locator("[data-verdict=verified]").first().waitFor();
  await save(page, "record-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(evidence());
  await page.locator("[data-verdict=ok]").waitFor();
  await save(page, "evidence-light");
  await takeInbox(browser);
  await browser.close();
}

/** The inbox, with something in it: a session's statement that a rule of the tour's policy holds, seen by the owner. */
async function takeInbox(browser) {
  const policy = join(folder, ".custody-tour", "policy.yaml");
  const rule =
    "rules:\n  - name: customers-stay\n    match: { object: customers, kind: [delete] }\n    effect: approve\n" +
    "    message: Customers are removed by a person, with all that hangs on them.\n";
  writeFileSync(policy, readFileSync(policy, "utf8").replace("rules:\n", rule));
  custody("config", "reload");
  const { targets } = JSON.parse(custody("session", "new", "--agent", "tour-agent", "--json"));
  const { url } = JSON.parse(custody("users", "invite-owner", "--json"));
  const page = await (await browser.newContext({ viewport: { width: 1360, height: 820 } })).newPage();
  await page.goto(url);
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel(/^Password/).fill("a bicycle of cheese and rain");
  await page.getByLabel("The same again").fill("a bicycle of cheese and rain");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Inbox" }).click();
  const agent = new pg.Client({ connectionString: targets.shop.url });
  agent.on("error", () => {});
  await agent.connect();
  agent.query("DELETE FROM customers WHERE city = $1 OR closed", ["Lisbon"]).catch(() => {});
  await page.locator("[data-hold]").waitFor();
  await save(page, "inbox-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 844 });
  await save(page, "inbox-phone-dark");
  await agent.end();
  await takePolicy(page);
}

/** The rules in force, as whoever is signed in sees them. */
async function takePolicy(page) {
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1360, height: 820 });
  await page.getByRole("link", { name: "Policy" }).click();
  await page.locator("[data-rules] tbody tr").first().waitFor();
  await save(page, "policy-light");
}

async function save(page, name) {
  const path = join(root, "docs", "pictures", `${name}.png`);
  await page.mouse.move(0, 0);
  await page.screenshot({ path });
  const { size } = statSync(path);
  if (size > BYTES_MAX) throw new Error(`${path} has ${size} bytes, more than ${BYTES_MAX}`);
  progress(`${path}: ${size} bytes`);
}

function executable(name) {
  return execFileSync("which", [name]).toString().trim();
}
