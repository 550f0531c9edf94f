import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect, type TestContext } from "vitest";
import { browserPath, launchBrowser } from "../page/browser.ts";

interface OpenOptions extends BrowserContextOptions {
  /** Runs in the page before anything else. */
  readonly before?: string;
}

/** A browser that opens files from disk and has no network. */
export class EvidenceBrowser {
  readonly #browser: Browser;
  /** Errors of scripts, breaches of the content security policy, and attempts to reach anything. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(context: Pick<TestContext, "skip">): Promise<EvidenceBrowser> {
    return new EvidenceBrowser(await launchBrowser(browserPath(context)));
  }

  async open(path: string, { before, ...options }: OpenOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      offline: true,
      viewport: { height: 900, width: 1280 },
      ...options,
    });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) this.complaints.push(`asked for ${request.url()}`);
    });
    page.on("dialog", (dialog) => {
      this.complaints.push(`said ${dialog.message()}`);
      void dialog.dismiss();
    });
    if (before !== undefined) await page.addInitScript({ content: before });
    await page.goto(pathToFileURL(path).href);
    return page;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }
}

export async function verdictOf(page: Page): Promise<string | null> {
  const verdict = page.locator("[data-verdict]");
  await expect.poll(() => verdict.getAttribute("data-verdict"), { timeout: 30_000 }).not.toBe("checking");
  return verdict.getAttribute("data-verdict");
}

export async function findingsOf(page: Page): Promise<readonly (string | null)[]> {
  const items = await page.locator("[data-finding]").all();
  return Promise.all(items.map((item) => item.getAttribute("data-finding")));
}
