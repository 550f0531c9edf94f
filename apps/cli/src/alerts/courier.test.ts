import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Alert, WebhookPost } from "@custody/alerts";
import type { RecordDraft } from "@custody/domain";
import { type Ledger, LedgerReader, openLedger } from "@custody/ledger";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { changeRecord } from "./alert-records.ts";
import { WebhookCourier } from "./courier.ts";
import type { WebhookSettings } from "./webhook-settings.ts";

const NOW_US = 1_790_000_000_000_000;
const settings: WebhookSettings = {
  includeText: false,
  levels: ["warning", "error", "critical"],
  name: "on-call",
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  url: "https://hooks.example/custody",
};

let directory: string;
let ledger: Ledger;
let recorder: LedgerRecorder;
let courier: WebhookCourier;
const posts: WebhookPost[] = [];
const receiver = { isDown: false };
const said: string[] = [];
let made = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "custody-courier-"));
  posts.length = 0;
  said.length = 0;
  receiver.isDown = false;
  await open();
});
afterEach(async () => {
  vi.useRealTimers();
  await close();
  rmSync(directory, { force: true, recursive: true });
});

function newId(): string {
  made += 1;
  return `00000000-0000-7000-8000-${String(made).padStart(12, "0")}`;
}

async function open(): Promise<void> {
  ledger = await openLedger({ describeEvent: () => "{}", directory, segmentBytes: 65_536 });
  const origin = originOf({ host: "h", instance: newId(), timezone: "UTC", version: "1" });
  recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
  courier = new WebhookCourier({
    directory,
    nowUs: () => NOW_US,
    origin: () => "https://custody.example",
    post: async (post) => {
      posts.push(post);
      if (receiver.isDown) throw new Error("down");
      return 204;
    },
    reader: await LedgerReader.open({ directory }),
    recordOne: (draft: RecordDraft) => recorder.recordOne(draft),
    toldUpTo: () => ledger.durableSize,
    warn: (text) => said.push(text),
  });
}

async function close(): Promise<void> {
  courier.close();
  await ledger.close();
}

/** Raises an alert, as the register does. */
async function raise(given: Partial<Alert> = {}): Promise<Alert> {
  const alert: Alert = {
    count: 1,
    firstAction: newId(),
    firstAt: "2026-11-20T17:57:41.650123Z",
    id: newId(),
    key: "k",
    kind: "statement-denied",
    lastAction: newId(),
    lastAt: "2026-11-20T17:57:41.650123Z",
    level: "warning",
    project: "web",
    subject: { agent: "ro\u202ebot", session: "s-1", target: "shop" },
    ...given,
  };
  const index = await recorder.recordOne(changeRecord({ alert, what: "raised" }, NOW_US));
  courier.tell({ alert, index, what: "raised" });
  return alert;
}

const bodies = () => posts.map(({ body }) => JSON.parse(body).data);

test("a webhook gets the levels and kinds that it asks for", async () => {
  await courier.start([
    { ...settings, kinds: ["disk-stopped", "statement-denied"], levels: ["warning", "critical"] },
  ]);
  await raise();
  await raise({ level: "error" });
  await raise({ kind: "disk-low" });
  await raise({ kind: "disk-stopped", level: "critical" });
  await expect
    .poll(() => bodies().map(({ kind, level }) => [kind, level]))
    .toEqual([
      ["statement-denied", "warning"],
      ["disk-stopped", "critical"],
    ]);
});

test("what strangers said is escaped, and nothing of the secret is in a message", async () => {
  await courier.start([settings]);
  await raise();
  await expect.poll(() => posts.length).toBe(1);
  expect(bodies()[0]).toMatchObject({ agent: "ro\\u{202e}bot", url: "https://custody.example/alerts" });
  expect(posts[0]?.body).not.toContain("whsec");
  expect(posts[0]?.body).not.toContain("\u202e");
});

test("what was not delivered is sent by the next run under the same id, and what was is not", async () => {
  await courier.start([settings]);
  await raise();
  await expect.poll(() => courier.standing[0]?.delivered).toBe(1);
  receiver.isDown = true;
  const waiting = await raise();
  await expect.poll(() => posts.length).toBe(2);
  const id = posts[1]?.id;
  await close();
  posts.length = 0;
  receiver.isDown = false;
  await open();
  await courier.start([settings]);
  await expect
    .poll(() => posts.map((post) => [post.id, JSON.parse(post.body).data.id]))
    .toEqual([[id, waiting.id]]);
});

test("a webhook that is new is not told of what was before it", async () => {
  await courier.start([settings]);
  receiver.isDown = true;
  await raise();
  await expect.poll(() => posts.length).toBe(1);
  await close();
  posts.length = 0;
  await open();
  await courier.start([{ ...settings, name: "another" }]);
  await raise({ kind: "disk-low" });
  await expect.poll(() => bodies().map(({ kind }) => kind)).toEqual(["disk-low"]);
});

test("what comes before it is known what waits is told afterwards", async () => {
  const started = courier.start([settings]);
  await raise();
  await started;
  await expect.poll(() => posts.length).toBe(1);
});

test("a message that is given up is on record by the webhook's name, and counted", async () => {
  receiver.isDown = true;
  await courier.start([settings]);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const alert = await raise();
  await vi.advanceTimersByTimeAsync(40 * 3_600_000);
  vi.useRealTimers();
  await expect.poll(() => courier.standing).toMatchObject([{ dead: 1, failure: "down", waiting: 0 }]);
  expect(said.join()).toContain("on-call");
  await expect
    .poll(async () => {
      const reader = await LedgerReader.open({ directory });
      const found = [];
      for await (const { i, t } of reader.envelopes(0))
        if (t === "alert.undelivered") found.push(JSON.parse(String((await reader.entry(i)).payload)));
      return found;
    })
    .toMatchObject([{ action: alert.id, details: { reason: "down", webhook: "on-call" }, level: "error" }]);
});

test("the statement is in a message only where the webhook is to have it", async () => {
  const statement = { digest: "d", text: "DELETE FROM orders\u0007" };
  await courier.start([settings, { ...settings, includeText: true, name: "second" }]);
  const lastAction = newId();
  await recorder.recordOne({
    action: lastAction,
    actor: {},
    level: "warning",
    links: {},
    message: { key: "db.statement.denied", params: {} },
    project: "web",
    session: "s-1",
    statement,
    time: "2026-11-20T17:57:41.650123Z",
    type: "db.statement.denied",
  });
  await raise({ lastAction });
  await expect.poll(() => posts.length).toBe(2);
  expect(bodies().map((data) => data.statement)).toEqual([undefined, "DELETE FROM orders\\u{7}"]);
});
