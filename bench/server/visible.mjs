import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { chromium } from "playwright-core";
import { quantile } from "../measure.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-sync",
  "--no-first-run",
];

/**
 * Opens the feed in a real browser, signed in by a link. The browser gets what the others leave of the processors: it
 * stands for one on another machine.
 */
export async function openFeed(signInUrl, directory) {
  const executablePath = join(directory, "nice-chromium");
  writeFileSync(executablePath, '#!/bin/sh\nexec nice -n 19 /usr/bin/chromium "$@"\n', { mode: 0o755 });
  const browser = await chromium.launch({ args: FLAGS, executablePath });
  const page = await browser.newPage();
  await page.goto(signInUrl);
  await page.getByRole("row").or(page.getByRole("listitem")).first().waitFor();
  return { browser, page };
}

/**
 * Milliseconds from the moment at which a client sends a statement until the page shows it, for `count` statements
 * one after the other. Both clocks are the machine's own.
 */
export async function actionToVisible(page, databaseUrl, count) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const times = [];
  for (let at = 0; at < count; at += 1) {
    const marker = `seen_${randomBytes(6).toString("hex")}`;
    const seen = page.evaluate(waitForText, marker);
    await sleep(20 + (at % 10) * 15);
    const sentAt = Date.now();
    await client.query(`SELECT 1 AS ${marker}`);
    times.push((await seen) - sentAt);
  }
  await client.end();
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), max: Math.max(...times) };
}

/** Runs in the page: resolves to the time at which the text stands there, after the next frame. */
function waitForText(text) {
  return new Promise((resolve) => {
    const look = () => {
      if (!document.body.textContent.includes(text)) return false;
      requestAnimationFrame(() => resolve(Date.now()));
      return true;
    };
    if (look()) return;
    const observer = new MutationObserver(() => look() && observer.disconnect());
    observer.observe(document.body, { characterData: true, childList: true, subtree: true });
  });
}
