import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect, type TestContext } from "vitest";
import { Custody } from "../end-to-end/custody-process.ts";
import { PASSWORD } from "../end-to-end/people.ts";
import { createDatabase } from "../postgres/shared.ts";
import { browserPath, launchBrowser } from "./browser.ts";

export interface PageFixtureOptions {
  readonly environment?: "development" | "disposable" | "production";
  /** The text of policy.yaml. */
  readonly policy?: string;
  /** More of custody.yaml. */
  readonly yaml?: string;
  readonly variables?: NodeJS.ProcessEnv;
  /** A free port, unless given. */
  readonly listen?: string;
}

/** A real `custody up` before a real database, an agent that is connected to it, and a browser that looks at it. */
export class PageFixture {
  readonly custody: Custody;
  readonly server: string;
  readonly agent: Client;
  readonly #browser: Browser;
  readonly #drop: () => Promise<void>;
  readonly #complaints = new WeakMap<Page, string[]>();

  private constructor(
    custody: Custody,
    server: string,
    agent: Client,
    browser: Browser,
    drop: () => Promise<void>,
  ) {
    this.custody = custody;
    this.server = server;
    this.agent = agent;
    this.#browser = browser;
    this.#drop = drop;
  }

  /** `act` is what the agent has done before anybody looks; `policy` stands in force, where it is given. */
  static async start(
    context: Pick<TestContext, "skip">,
    act: (agent: Client) => Promise<void>,
    { environment, listen, policy, variables = {}, yaml: more = "" }: PageFixtureOptions = {},
  ): Promise<PageFixture> {
    const executablePath = browserPath(context);
    const database = await createDatabase();
    const yaml = policy === undefined ? more : `policy: ./policy.yaml\n${more}`;
    const custody = new Custody(database.url, yaml, variables, environment);
    if (policy !== undefined) writeFileSync(join(custody.directory, "policy.yaml"), policy);
    const { server } = await custody.start(...(listen === undefined ? [] : ["--listen", listen]));
    const agent = await connectedAgent(custody);
    await act(agent);
    const browser = await launchBrowser(executablePath);
    return new PageFixture(custody, server, agent, browser, () => database.drop());
  }

  /** A new browser profile on the page, signed in by a link as `custody open` prints it. */
  async open(path = "/", options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.blank(options);
    await page.goto(await this.link(path));
    return page;
  }

  /** The same, signed in as a person whom test/end-to-end/people.ts has made. */
  async openAs(name: string, path = "/", options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.blank(options);
    await page.goto(`${this.server}${path}`);
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("banner").waitFor();
    return page;
  }

  async blank(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    // The index gives way to everybody else, and on a busy machine it can be long before it is heard.
    page.setDefaultTimeout(90_000);
    const complaints: string[] = [];
    this.#complaints.set(page, complaints);
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.addInitScript({ content: observe });
    return page;
  }

  /**
   * Everything that this page complained about: errors of scripts, and breaches of the content security policy. Each page has
   * its own, because one of an earlier test that is still open goes on asking.
   */
  complaintsOf(page: Page): readonly string[] {
    return this.#complaints.get(page) ?? [];
  }

  async link(path = "/"): Promise<string> {
    const { code, stdout, stderr } = await this.custody.run("open", "--json");
    if (code !== 0) throw new Error(`custody open ended with ${code}: ${stderr}`);
    const [origin, secret] = (JSON.parse(stdout) as { url: string }).url.split("/#");
    return `${origin}${path}#${secret}`;
  }

  /** Closes every page: one that is left goes on asking. */
  async closePages(): Promise<void> {
    for (const context of this.#browser.contexts()) await context.close();
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.agent.end().catch(() => {});
    await this.custody.remove();
    await this.#drop();
  }
}

export async function connectedAgent(custody: Custody): Promise<Client> {
  const agent = new Client({ connectionString: await custody.sessionUrl() });
  agent.on("error", () => {});
  await agent.connect();
  return agent;
}

interface Observed {
  /** What moved without having been asked to. */
  readonly shifts: readonly string[];
  readonly violations: readonly string[];
}

/** Runs in the page before anything else: notes layout shifts that nobody asked for, and notes breaches of the policy. */
const observe = `
  globalThis.observed = { shifts: [], violations: [] };
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, sources } of list.getEntries())
      if (!hadRecentInput) observed.shifts.push(...sources.map(({ node }) => node?.outerHTML ?? node?.textContent ?? "?"));
  }).observe({ type: "layout-shift", buffered: true });
  addEventListener("securitypolicyviolation", ({ blockedURI, violatedDirective }) =>
    observed.violations.push(violatedDirective + " " + blockedURI));
`;

export async function observedIn(page: Page): Promise<Observed> {
  return page.evaluate<Observed>("observed");
}

/** The row of the list whose statement begins like this. */
export function rowOf(page: Page, text: string): ReturnType<Page["locator"]> {
  return page.locator(".feed-row", { hasText: text });
}

export async function openRow(page: Page, text: string): Promise<void> {
  await rowOf(page, text).first().click();
  await page.locator("aside h2").waitFor();
}

export async function expectVerdict(page: Page, verdict: string): Promise<void> {
  await expect
    .poll(() => page.locator("aside [data-verdict]").first().getAttribute("data-verdict"), {
      timeout: 15_000,
    })
    .toBe(verdict);
}
