import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { LedgerReader, openLedger } from "@custody/ledger";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { dangerousOnScreen, hostileTexts } from "../hostile/texts.ts";
import { EvidenceBrowser, findingsOf, verdictOf } from "./evidence-browser.ts";
import { EvidenceFolder, newRecord, otherLetter, policyRecord, session } from "./evidence-folder.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const evidence = new EvidenceFolder();
let browser: EvidenceBrowser;

beforeEach(async ({ skip }) => {
  browser ??= await EvidenceBrowser.start({ skip });
});
beforeAll(async () => {
  await evidence.make([
    policyRecord("in force"),
    newRecord(),
    newRecord({ statement: { digest: "2".repeat(64), text: "SELECT 'the genuine one'" } }),
    { session: "other" },
    newRecord({ statement: { digest: "2".repeat(64), text: "SELECT 'another one'" } }),
    ...hostileTexts.map(({ text }) =>
      newRecord({
        actor: { agent: { instance: "a", name: text } },
        message: { key: text, params: { verb: text } },
        statement: { digest: "4".repeat(64), text },
      }),
    ),
    ...Array.from({ length: 120 }, () => newRecord()),
  ]);
});
afterAll(async () => {
  await browser?.stop();
  evidence.remove();
});

const html = () => join(evidence.folder, "index.html");
const count = () =>
  JSON.parse(readFileSync(join(evidence.folder, "evidence.json"), "utf8")).records as number;

type Pair = [receipt: string, record: string];

/** A page with other data in it, which whoever makes a folder could have put there. */
function changedPage(change: (facts: Record<string, unknown>, pairs: Pair[]) => Pair[] | undefined): string {
  const folder = evidence.copy();
  const path = join(folder, "index.html");
  const text = readFileSync(path, "utf8");
  const block = /<script type="application\/json" data-block="(\w+)">(.*)<\/script>\n/g;
  const found = [...text.matchAll(block)].map(([, name, json]) => ({
    name,
    value: JSON.parse(json as string),
  }));
  const lines = found.filter(({ name }) => name === "records").flatMap(({ value }) => value as string[]);
  const pairs = lines.flatMap((line, at) => (at % 2 === 0 ? [[line, lines[at + 1]] as Pair] : []));
  const facts = found.find(({ name }) => name === "evidence")?.value;
  const changed = change(facts, pairs) ?? pairs;
  const written = (name: string, value: unknown) =>
    `<script type="application/json" data-block="${name}">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>\n`;
  const begin = text.slice(0, text.search(block));
  const end = text.slice(
    text.lastIndexOf("</script>\n", text.lastIndexOf("<script>")) + "</script>\n".length,
  );
  writeFileSync(path, `${begin}${written("records", changed.flat())}${written("evidence", facts)}${end}`);
  return path;
}

async function opened(
  path: string,
): Promise<{ page: Page; verdict: string | null; findings: readonly (string | null)[] }> {
  const page = await browser.open(path);
  return { page, verdict: await verdictOf(page), findings: await findingsOf(page) };
}

test("opened from disk it checks everything, and asks nobody", async () => {
  const { page, verdict, findings } = await opened(html());
  expect({ verdict, findings }).toEqual({ verdict: "ok", findings: [] });
  await page.getByText(`All ${count()} records are as they were recorded`).waitFor();
  await page.getByText("1 record is not of the session itself").waitFor();
  expect(await page.locator("[data-state=recorded]").count()).toBe(100);
  expect(await page.locator("dd").first().textContent()).toBe(session);
  expect(browser.complaints).toEqual([]);
});

test.each([
  ["no Web Crypto at all", "delete Crypto.prototype.subtle; delete globalThis.crypto;"],
  [
    "no Ed25519",
    "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'));",
  ],
])("a browser with %s comes to the same verdict", async (_, before) => {
  const page = await browser.open(html(), { before });
  expect(await page.evaluate("typeof crypto === 'undefined' || crypto.subtle?.importKey.length !== 5")).toBe(
    true,
  );
  expect(await verdictOf(page)).toBe("ok");
  const forged = changedPage((facts) => {
    facts["checkpoint"] = otherLetter(facts["checkpoint"] as string, -20);
    return undefined;
  });
  const other = await browser.open(forged, { before });
  expect(await verdictOf(other)).toBe("bad");
  expect(await findingsOf(other)).toEqual(["CHECKPOINT_UNVERIFIED"]);
});

describe("what was changed is found", () => {
  test.each<
    [string, (facts: Record<string, unknown>, pairs: Pair[]) => Pair[] | undefined, readonly string[]]
  >([
    [
      "one character of a record",
      (_, pairs) => pairs.map(([receipt, record]) => [receipt, record.replace("genuine one", "genuine 0ne")]),
      ["RECORD_CHANGED"],
    ],
    ["a record that is missing", (_, pairs) => pairs.toSpliced(2, 1), ["SESSION_GAP", "PROOF_WRONG"]],
    [
      "two receipts that changed places",
      (_, pairs) => {
        const [a, b] = [pairs[1] as Pair, pairs[2] as Pair];
        return pairs.with(1, [b[0], a[1]]).with(2, [a[0], b[1]]);
      },
      ["RECORD_CHANGED", "SESSION_GAP", "SOURCE_GAP", "PROOF_WRONG"],
    ],
    [
      "a checkpoint that is signed otherwise",
      (facts) => {
        facts["checkpoint"] = otherLetter(facts["checkpoint"] as string, -20);
        return undefined;
      },
      ["CHECKPOINT_UNVERIFIED"],
    ],
    [
      "a proof that ends otherwise",
      (facts) => {
        facts["lastLine"] = '{"between":[]}';
        return undefined;
      },
      ["PROOF_WRONG"],
    ],
  ])("%s", async (_, change, codes) => {
    const { page, verdict, findings } = await opened(changedPage(change));
    expect(verdict).toBe("bad");
    expect([...new Set(findings)].sort()).toEqual([...codes].sort());
    // Nothing is called as recorded while something is wrong.
    expect(await page.locator("[data-state=recorded]").count()).toBe(0);
  });

  test("what was put in the place of a record is not shown as one", async () => {
    const path = changedPage((_, pairs) =>
      pairs.map(([receipt, record]) => [receipt, record.replace("genuine one", "big lie")]),
    );
    const { page } = await opened(path);
    const changed = page.locator("details[data-state=changed]");
    expect(await changed.count()).toBe(1);
    await changed.locator("summary").click();
    await changed.getByText("is not what was recorded, so it is not shown").waitFor();
    expect(await page.locator("main").textContent()).not.toContain("big lie");
  });

  test("the checkpoint and the key of another log", async () => {
    const directory = join(evidence.cwd, "stranger");
    const ledger = await openLedger({ directory });
    await ledger.close();
    const checkpoint = readFileSync(join(directory, "checkpoint"), "utf8");
    const foreign = changedPage((facts) => {
      facts["checkpoint"] = checkpoint;
      return undefined;
    });
    expect((await opened(foreign)).findings).toEqual(["CHECKPOINT_UNVERIFIED", "PROOF_WRONG"]);
    const withKey = changedPage((facts) => {
      Object.assign(facts, { checkpoint, verifier: ledger.verifierKey });
      return undefined;
    });
    expect((await opened(withKey)).findings).toEqual(["PROOF_WRONG"]);
  });

  test("a file that was cut short, or whose data is of another form", async () => {
    for (const [name, change] of Object.entries({
      half: (text: string) => text.replace('data-block="records">[', 'data-block="records">["'),
      other: (text: string) => text.replace('"madeAt"', '"madeOn"'),
    })) {
      const path = join(evidence.copy(), "index.html");
      writeFileSync(path, change(readFileSync(path, "utf8")));
      const page = await browser.open(path);
      expect(await verdictOf(page), name).toBe("bad");
    }
  });
});

test("a page with the first records only says so, and checks those", async () => {
  const reader = await LedgerReader.open({ directory: join(evidence.cwd, "custody-data") });
  const path = changedPage((facts, pairs) => {
    const size = Number((facts["checkpoint"] as string).split("\n")[1]);
    const last = JSON.parse((pairs[9] as Pair)[0]).entry.i as number;
    const between = reader
      .subtrees(size)(last + 1, size)
      .map((hash) => hash.toString("base64"));
    facts["lastLine"] = JSON.stringify({ between });
    return pairs.slice(0, 10);
  });
  const { page, verdict, findings } = await opened(path);
  expect({ verdict, findings }).toEqual({ verdict: "ok", findings: [] });
  await page.getByText(`The first 10 of ${count()} records are as they were recorded`).waitFor();
  await page.getByText(`This page holds the first 10 of ${count()} records`).waitFor();
});

test("with the reader's own key the page says so, and with another it says no", async () => {
  const { page } = await opened(html());
  await page.locator("[data-key=from-file]").getByText("Compare it with the key").waitFor();
  expect(await page.locator("[data-verdict]").textContent()).toContain("if the key below is the log's");
  await page.getByLabel("The key that you got by another way").fill(evidence.key);
  await page.keyboard.press("Enter");
  await page.locator("[data-key=given]").waitFor();
  expect(await verdictOf(page)).toBe("ok");
  expect(await page.locator("[data-verdict]").textContent()).not.toContain("if the key");
  const [name, , material] = evidence.key.split("+") as [string, string, string];
  for (const [key, codes] of [
    ["nonsense", []],
    [evidence.key.replace(material, otherLetter(material, 9)), []],
    [`x${name}+00000000+${material}`, []],
  ] as const) {
    await page.getByLabel("The key that you got by another way").fill(key);
    await page.getByRole("button", { name: "Check with this key" }).click();
    await expect.poll(() => page.locator("[data-verdict]").getAttribute("data-verdict")).toBe("bad");
    expect(await findingsOf(page)).toEqual(codes);
  }
});

test("hostile texts are shown by their numbers, and do nothing", async () => {
  const before = browser.complaints.length;
  const { page, verdict } = await opened(html());
  expect(verdict).toBe("ok");
  await page.locator("summary").first().click();
  await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
  const shown = await page.locator("details").count();
  await expect.poll(() => page.locator("details pre").count()).toBe(2 * shown);
  const text = ((await page.locator("main").textContent()) as string).split("\n");
  expect(text.find((line) => dangerousOnScreen.test(line))).toBeUndefined();
  expect(text.join("\n")).toContain("<script>alert(1)</script>");
  expect(text.join("\n")).toContain("\\u{202e}");
  expect(await page.locator("main script, main img, main svg, main iframe, main a").count()).toBe(0);
  expect(browser.complaints.slice(before)).toEqual([]);
  // Nor in the file, for whoever looks into it with an editor.
  const data = readFileSync(html(), "utf8").split("\n").filter(isData);
  expect(data.length).toBeGreaterThan(1);
  expect(data.find((line) => dangerousOnScreen.test(line))).toBeUndefined();
  expect(
    data.find((line) =>
      line
        .trim()
        .slice(1)
        .replace(/<\/script>$/, "")
        .includes("<"),
    ),
  ).toBeUndefined();
});

test("the list has pages, and is used with the keyboard", async () => {
  const { page } = await opened(html());
  await page.getByText(`1 to 100 of ${count()}`).waitFor();
  await page.getByRole("button", { name: "Next" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText(`101 to ${count()} of ${count()}`).waitFor();
  await page.getByRole("button", { name: "Previous" }).click();
  await page.locator("summary").first().focus();
  await page.keyboard.press("Enter");
  expect(await page.locator("details[open] pre").first().textContent()).toContain("policy.loaded");
});

test.each(["light", "dark"] as const)("it can be read and used by everybody, in %s", async (colorScheme) => {
  const page = await browser.open(html(), { colorScheme });
  expect(await verdictOf(page)).toBe("ok");
  await page.locator("summary").nth(2).click();
  const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  // The policy of the page lets nobody add a script, so it comes in by the debugger's way.
  await page.evaluate(source);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  );
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});

function isData(line: string): boolean {
  return line.includes('<script type="application/json"');
}

test("the page allows itself its own script and style, and nothing else", async () => {
  const file = readFileSync(html(), "utf8");
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(file)?.[1];
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/,
  );
  const own = file
    .split("\n")
    .filter((line) => !isData(line))
    .join("\n");
  expect(own).not.toMatch(/<[^>]*\s(on[a-z]+|style|src)=|type="module"/);
  const injected = file.replace("</body>", "<script>globalThis.ran = 1</script></body>");
  const path = join(evidence.copy(), "index.html");
  writeFileSync(path, injected);
  const { page } = await opened(path);
  expect(await page.evaluate("globalThis.ran")).toBeUndefined();
});
