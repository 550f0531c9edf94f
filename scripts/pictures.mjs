// `npm run pictures`: makes the pictures of the page in docs/pictures anew, from the tour. Needs Chromium.
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { chromium } from "playwright-core";
import { bin, progress, root } from "./install.mjs";
import { startModel } from "./pictures-model.mjs";

const BYTES_MAX = 250_000;
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-sync",
  "--no-first-run",
];
const command = bin("custody/bin/custody.mjs");
const folder = mkdtempSync(join(tmpdir(), "custody-pictures-"));
const options = { cwd: folder, env: { ...process.env, CUSTODY_HOME: undefined, NO_COLOR: "1" } };

let tour = await startTour();
try {
  await takePictures(JSON.parse(custody("open", "--json")).url, makeEvidence);
  await takeSessions();
} finally {
  await stopTour();
  rmSync(folder, { recursive: true, force: true });
}

async function startTour() {
  const started = spawn(process.execPath, [command, "up", "--json"], {
    ...options,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve, reject) => {
    createInterface(started.stdout).once("line", resolve);
    started.once("exit", (code) => reject(new Error(`custody up ended with ${code}`)));
  });
  return started;
}

async function stopTour() {
  tour.kill("SIGTERM");
  await new Promise((resolve) => (tour.exitCode === null ? tour.once("exit", resolve) : resolve()));
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
  const browser = await chromium.launch({ args: FLAGS, executablePath: executable("chromium") });
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

/** Sessions of agents that ask a model: the tour once more, with a model API of this script's own. */
async function takeSessions() {
  await stopTour();
  const model = await startModel();
  const gateway = `models:\n  listen: 127.0.0.1:0\n  environment: development\n  anthropic: { upstream: '${model.url}' }\n`;
  appendFileSync(join(folder, ".custody-tour", "custody.yaml"), gateway);
  tour = await startTour();
  await askAround("claude-code", [
    [
      "Close the accounts of customers who were inactive for two years.",
      [
        "SELECT id, name FROM customers ORDER BY id LIMIT 5",
        "UPDATE customers SET closed = true WHERE id IN (3, 4)",
      ],
    ],
    ["Which cities ordered most this week?", ["SELECT city, count(*) FROM customers GROUP BY city"]],
  ]);
  const shown = await askAround("codex", [
    ["Empty the log of visits.", ["DROP TABLE customers", "SELECT count(*) FROM customers"]],
  ]);
  const browser = await chromium.launch({ args: FLAGS, executablePath: executable("chromium") });
  const viewport = { width: 1360, height: 820 };
  const page = await (await browser.newContext({ viewport, colorScheme: "light" })).newPage();
  await page.goto(JSON.parse(custody("open", "--json")).url);
  await page.getByRole("link", { exact: true, name: "Sessions" }).click();
  await page.locator(`[data-session="${shown}"]`).waitFor();
  await save(page, "sessions-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByRole("link", { name: /claude-code/ }).click();
  await page.locator("[data-kind=statement]", { hasText: "UPDATE" }).click();
  await page.locator("[data-verdict=verified]").first().waitFor();
  await page.locator("main").evaluate((main) => main.scrollTo({ top: 230 }));
  await save(page, "session-dark");
  await browser.close();
  model.stop();
}

/** A session whose agent is asked for something, asks the model, and does what that says. */
async function askAround(agent, turns) {
  const opened = JSON.parse(custody("session", "new", "--agent", agent, "--machine", "--json"));
  const messages = [];
  const ask = async () => {
    const response = await fetch(`${opened.env.ANTHROPIC_BASE_URL}/v1/messages`, {
      body: JSON.stringify({ max_tokens: 1000, messages, model: "claude-sonnet-4-5" }),
      headers: { "anthropic-version": "2023-06-01", "x-api-key": opened.env.ANTHROPIC_API_KEY },
      method: "POST",
    });
    if (!response.ok)
      throw new Error(`the model's gateway answered ${response.status}: ${await response.text()}`);
    const { content } = await response.json();
    messages.push({ content, role: "assistant" });
    return content.find(({ type }) => type === "tool_use")?.id;
  };
  for (const [prompt, statements] of turns) {
    messages.push({ content: prompt, role: "user" });
    const call = await ask();
    const client = new pg.Client({ connectionString: opened.targets.shop.url });
    await client.connect();
    for (const statement of statements) await client.query(statement).catch(() => {});
    await client.end();
    if (call === undefined) continue;
    messages.push({ content: [{ content: "done", tool_use_id: call, type: "tool_result" }], role: "user" });
    await ask();
  }
  return opened.session;
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
