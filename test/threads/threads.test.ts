import type { SessionSummary, Thread } from "@custody/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Custody } from "../end-to-end/custody-process.ts";
import { writeLedger } from "../export/written-ledger.ts";
import { dangerousOnScreen, hostileTexts } from "../hostile/texts.ts";
import { createDatabase } from "../postgres/shared.ts";
import { agentRun } from "./agent-run.ts";

const run = agentRun();
const hostile = hostileTexts.map(({ text }) => agentRun(text));
let custody: Custody;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createDatabase();
  drop = () => database.drop();
  custody = new Custody(database.url);
  await writeLedger(
    custody.data,
    [...hostile, run].flatMap(({ changes }) => changes),
  );
});
afterAll(async () => {
  await custody.remove();
  await drop();
});

async function said(...parameters: string[]): Promise<string> {
  const { code, stderr, stdout } = await custody.run(...parameters);
  if (code !== 0) throw new Error(`custody ${parameters.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

/** Everything that these commands say, as people and as programs read it. */
async function answers(): Promise<string[]> {
  const asked = [
    ["sessions", "--limit", "2"],
    ["sessions", "--limit", "2", "--state", "running", "--json"],
    ["sessions", "--agent", "helper", "--limit", "1", "--json"],
    ["costs"],
    ["costs", "--by", "session", "--session", run.session, "--json"],
    ["costs", "--by", "day", "--since", "2026-11-20", "--until", "2026-11-21T00:00:00Z", "--json"],
    ["log", "--session", run.session, "--tree"],
    ["log", "--session", run.session, "--tree", "--json"],
    ["show", run.session],
    ["show", run.helper],
  ];
  const all: string[] = [];
  for (const each of asked) all.push(await said(...each));
  return all;
}

const TREE = `session ${run.session}  robot for local operator: 1 statements, 3 rows changed, 1 requests, 1.25 USD
  12:00:02  prompt  clean the orders up
    12:00:03  request  anthropic/claude-x  completed  500 tokens in, 20 out, 1.25 USD
              → I delete them.
      12:00:05  tool  bash  completed  {"command":"psql"}
                → DELETE 3
        12:00:06  sub-agent  session ${run.helper}  helper for local operator: 0 statements, 0 rows changed, 1 requests, unpriced  [by time]
          12:00:08  request  anthropic/house-z  completed  500 tokens in, 20 out, unpriced
                    → Hm.
        12:00:07  statement  shop  DELETE  completed  3 affected  DELETE FROM orders  [by time]
`;

test("a thread is drawn as a tree, from the prompt to the rows and what that cost, with what is only known by time", async () => {
  expect(await said("log", "--session", run.session, "--tree")).toBe(TREE);
  expect(await said("show", run.session)).toBe(TREE);
  const thread = JSON.parse(await said("show", run.session, "--json")) as Thread;
  expect(thread).toMatchObject({ isCut: false, next: null, nodes: [{ kind: "prompt" }], notJoined: [] });
});

test("sessions and costs say who did what for how much, and never that something unpriced is free", async () => {
  // The helper, which nobody ended, is over with the run that began it.
  const [below = "", line = ""] = (await said("sessions", "--limit", "9", "--state", "ended")).split("\n");
  expect(below).toContain(`below ${run.session}`);
  expect(line).toContain("ended 3");
  expect(line).toContain(run.session);
  expect(line).toContain(
    "1 prompts, 1 requests, 1 tool calls, 1 statements (1 writes)  1.25 USD  agent --fix",
  );
  const [helper] = (await said("sessions", "--agent", "helper", "--json")).trimEnd().split("\n");
  expect(JSON.parse(helper ?? "") as SessionSummary).toMatchObject({
    cost: { costMicros: 0, requests: 1, unpriced: 1 },
    id: run.helper,
    parent: run.session,
    state: "ended",
  });
  const count = hostile.length + 1;
  const model = (await said("costs")).split("\n").map((each) => each.split(/ {2,}/));
  expect(model).toEqual([
    ["model", "requests", "input", "from cache", "output", "cost"],
    [
      "anthropic/claude-x",
      String(count),
      String(500 * count),
      String(400 * count),
      String(20 * count),
      expect.anything(),
    ],
    [
      "anthropic/house-z",
      String(count),
      String(500 * count),
      String(400 * count),
      String(20 * count),
      "unpriced",
    ],
    [
      "all together",
      String(2 * count),
      expect.anything(),
      expect.anything(),
      expect.anything(),
      expect.stringMatching(`USD and ${count} unpriced$`),
    ],
    [""],
  ]);
});

test("pages go on where the one before ended", async () => {
  const ids: string[] = [];
  for (let more: string[] = []; ; ) {
    const { stderr, stdout } = await custody.run("sessions", "--limit", "40", "--json", ...more);
    ids.push(
      ...stdout
        .trimEnd()
        .split("\n")
        .map((each) => (JSON.parse(each) as SessionSummary).id),
    );
    const next = /--before (\d+)/.exec(stderr)?.[1];
    if (next === undefined) break;
    more = ["--before", next];
  }
  expect(ids).toHaveLength(2 * (hostile.length + 1));
  expect(new Set(ids).size).toBe(ids.length);
});

test("whatever a prompt says, the tree is harmless on a screen", async () => {
  for (const [at, { session }] of hostile.entries()) {
    if (at % 4 !== 0) continue;
    const text = await said("show", session);
    expect(text.split("\n").find((line) => dangerousOnScreen.test(line))).toBeUndefined();
    expect(text.split("\n")).toHaveLength(TREE.split("\n").length);
  }
});

test.each<[why: RegExp, parameters: string[]]>([
  [/--tree draws one session/, ["log", "--tree"]],
  [/--type does not go with --tree/, ["log", "--tree", "--session", run.session, "--type", "db"]],
  [/--from is for pages of a tree/, ["log", "--from", "3"]],
  [/--by colour is not known/, ["costs", "--by", "colour"]],
  [/--since yesterday is no time/, ["costs", "--since", "yesterday"]],
  [/--limit 0 is no page/, ["sessions", "--limit", "0"]],
  [/--state gone is not known/, ["sessions", "--state", "gone"]],
  [/--before x is no page/, ["sessions", "--before", "x"]],
])("%s", async (why, parameters) => {
  const { code, stderr } = await custody.run(...parameters);
  expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
});

test("a running server and the ledger by itself give the same answers, and a session that is not there is a no", async () => {
  const alone = await answers();
  const missing = ["log", "--tree", "--session", "nobody"];
  expect(await custody.run(...missing)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no record of a session"),
  });
  await custody.start();
  expect(await answers()).toEqual(alone);
  expect(await custody.run(...missing)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no record of a session"),
  });
  expect(await custody.stop()).toBe(0);
});
