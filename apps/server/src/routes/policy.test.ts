import { request } from "node:http";
import type { AddressInfo } from "node:net";
import type { AuditRecord } from "@custody/domain";
import { compilePolicy } from "@custody/policy";
import { expect, test } from "vitest";
import { PolicyDesk } from "../policy/policy-desk.ts";
import { replayPast } from "../policy/replay-past.ts";
import { policyLoaded } from "../testing/policy-loaded.ts";
import { recordOf, type ServedLedger, serveLedger, token } from "../testing/served-ledger.ts";

const NO_DELETES = `version: 1
rules:
  - name: no-deletes
    match: { kind: delete, object: orders }
    effect: deny
    message: Orders stay.
tests:
  - name: an order stays
    given: { statement: DELETE FROM orders WHERE id = 1, environment: development }
    expect: { effect: deny, rule: no-deletes }
  - name: it is allowed, says somebody
    given: { statement: DELETE FROM orders WHERE id = 1, environment: development }
    expect: { effect: allow }
`;

const AT_MS = 1_700_000_000_000;
const SINCE = new Date(AT_MS - 60_000).toISOString();

/** The final record of a statement on `orders`, `after` milliseconds after the first. */
function deleted(after: number, given: Partial<AuditRecord> = {}): AuditRecord {
  return recordOf({
    actor: { agent: { instance: "i", name: "robot" } },
    decision: { effect: "allow", policy: "d", reasons: [], rule: "default" },
    effect: { bytes: 0, rows: { affected: 1 }, source: "server", status: "ok" },
    message: { key: "db.statement.completed", params: {} },
    operations: [
      {
        kind: "delete",
        objects: [{ database: "shop", name: "orders", resolved: "syntax", role: "write" }],
        tier: "write",
        verb: "DELETE",
      },
    ],
    session: "s",
    statement: { digest: "", text: "DELETE FROM orders WHERE id = 1" },
    target: { database: "shop", environment: "development", kind: "postgres", name: "shop" },
    time: new Date(AT_MS + after).toISOString().replace("Z", "000Z"),
    type: "db.statement.completed",
    ...given,
  });
}

const post = (served: ServedLedger, path: string, payload: object) =>
  served.ask(path, { method: "POST", payload });

test("the policy in force is shown with its rules in order, and since when it is", async () => {
  const served = await serveLedger();
  expect((await served.ask("/api/policy")).json.error.code).toBe("not-found");
  const first = served.ledger.size;
  await served.append(
    policyLoaded("version: 1\n"),
    policyLoaded(NO_DELETES, { by: "ana", occasion: "reload" }),
  );
  await served.append(policyLoaded(NO_DELETES));
  const { json, status } = await served.ask("/api/policy");
  expect(status).toBe(200);
  expect(json).toMatchObject({
    changed: { by: "ana", index: first + 1, occasion: "reload" },
    defaults: { development: "observe", production: "guarded", staging: "observe" },
    digest: compilePolicy(NO_DELETES, "policy.yaml").digest,
    extends: [],
    isOlder: false,
    loaded: { by: "root", index: first + 2, occasion: "start" },
    origin: "policy.yaml",
    text: NO_DELETES,
  });
  const { disposable, production } = json.environments;
  const names = (places: readonly number[]) => places.map((place) => json.rules[place].name);
  expect(names(production)).toEqual(
    compilePolicy(NO_DELETES, "policy.yaml")
      .rulesFor("production")
      .map(({ name }) => name),
  );
  expect(names(production)).toContain("guarded:whole-table");
  expect(names(disposable)).not.toContain("guarded:whole-table");
  expect(json.rules[0]).toEqual({
    approval: null,
    effect: "deny",
    match: { kind: ["delete"], object: ["orders"] },
    message: "Orders stay.",
    name: "no-deletes",
    source: "policy",
    when: null,
  });
  expect(json.rules.find(({ name }: { name: string }) => name === "guarded:whole-table").source).toBe(
    "guarded",
  );
  await served.append(policyLoaded("version: 1\n", { occasion: "reload" }));
  expect((await served.ask("/api/policy")).json).toMatchObject({
    changed: { index: first + 3 },
    text: "version: 1\n",
  });
});

test("a check tells every mistake with its place, and what became of the examples", async () => {
  const served = await serveLedger();
  const wrong = await post(served, "/api/policy/check", {
    text: "version: 1\nrules:\n  - { name: a, effect: maybe }\n  - { name: b, efect: deny }\n",
  });
  expect(wrong.json).toMatchObject({ digest: null, ok: false });
  expect(wrong.json.mistakes[0]).toEqual({
    code: "POLICY_UNKNOWN_KEY",
    column: 23,
    line: 4,
    message: 'unknown key "efect" in rules[1]',
  });
  const { json } = await post(served, "/api/policy/check", { text: NO_DELETES });
  expect(json).toMatchObject({ examples: 2, mistakes: [], ok: false, passed: 1, run: 2 });
  expect(json.results[0]).toEqual({
    expected: { effect: "allow", rule: null },
    got: { effect: "deny", rule: "no-deletes" },
    name: "it is allowed, says somebody",
    passed: false,
    reasons: ["Orders stay."],
  });
  expect(json.results[1]).toMatchObject({ name: "an order stays", passed: true });
});

test("what is no policy at all, too long, or a bomb, is refused or named, and the server goes on", async () => {
  const served = await serveLedger();
  const check = async (text: string) => post(served, "/api/policy/check", { text });
  expect((await check("x".repeat(1024 * 1024 + 1))).json.error.code).toBe("request-invalid");
  expect((await check("x".repeat(5 * 1024 * 1024))).json.error.code).toBe("body-too-long");
  const aliases = [
    "a: &a [x]",
    ..."bcdefghij".split("").map((name, at) => {
      const before = "abcdefghij"[at];
      return `${name}: &${name} [${Array(10).fill(`*${before}`).join(",")}]`;
    }),
  ].join("\n");
  expect((await check(aliases)).json.mistakes[0].code).toBe("POLICY_SYNTAX");
  const bomb = `version: 1\nrules:\n  - { name: a, effect: deny, when: "${"objects.all(x, ".repeat(8)}true${")".repeat(8)}" }\n`;
  expect((await check(bomb)).json.mistakes[0]).toMatchObject({ code: "POLICY_INVALID", line: 3 });
  const deep = await check(`version: 1\nrules: ${"[".repeat(200_000)}`);
  expect(deep.json.error?.code ?? deep.json.mistakes[0].code).toMatch(/policy-too-costly|POLICY_SYNTAX/);
  expect((await served.ask("/api/me")).status).toBe(200);
  expect(served.warnings).toEqual([]);
}, 120_000);

test("a replay tells what a text would have decided otherwise, page by page", async () => {
  const served = await serveLedger();
  await served.append(deleted(0), deleted(1), deleted(2));
  await served.append(deleted(3, { decision: { effect: "deny", policy: "", reasons: [], rule: "freeze" } }));
  await served.append(deleted(4, { operations: [], type: "db.statement.requested" }));
  await served.append(deleted(120_000));
  const question = { since: SINCE, text: NO_DELETES, until: new Date(AT_MS + 60_000).toISOString() };
  const first = (await post(served, "/api/policy/replay", { ...question, limit: 2 })).json;
  const begin = first.page[0].index;
  expect(first).toMatchObject({
    asked: 3,
    byChange: [{ count: 3, rule: "no-deletes", was: "allow", would: "deny" }],
    byEffect: { allow: 0, approve: 0, deny: 3, simulate: 0 },
    differing: 3,
    isComplete: true,
    next: begin + 1,
    unasked: 1,
  });
  expect(first.page.map(({ index }: { index: number }) => index)).toEqual([begin, begin + 1]);
  expect(first.page[0]).toMatchObject({
    agent: "robot",
    statement: "DELETE FROM orders WHERE id = 1",
    target: "shop",
    was: { effect: "allow", rule: "default" },
    would: { effect: "deny", rule: "no-deletes" },
  });
  const second = (await post(served, "/api/policy/replay", { ...question, after: begin + 1 })).json;
  expect(second.page.map(({ index }: { index: number }) => index)).toEqual([begin + 2]);
  expect(second.next).toBeNull();
  // Whoever replays sees statements: that is a look, and on record.
  expect(served.notes.map(({ type }) => type)).toContain("access.read");
  const wrong = await post(served, "/api/policy/replay", { ...question, text: "version: 2" });
  expect(wrong.json.error).toMatchObject({
    code: "request-invalid",
    message: expect.stringContaining("line 1"),
  });
});

test("whoever asks for a stream hears how far it is, and then the result", async () => {
  const served = await serveLedger();
  await served.append(deleted(0), deleted(1));
  const { text } = await served.ask("/api/policy/replay", {
    headers: { accept: "text/event-stream", authorization: `Bearer ${token}`, host: "127.0.0.1:7070" },
    method: "POST",
    payload: { since: SINCE, text: NO_DELETES },
  });
  const events = text.split("\n\n").filter((event) => event !== "");
  expect(events[0]).toMatch(/^event: progress\ndata: {"asked":2,/);
  expect(events.at(-1)).toMatch(/^event: result\ndata: {.*"differing":2/);
});

test("where nothing differs, it says so", async () => {
  const served = await serveLedger();
  await served.append(deleted(0));
  const { json } = await post(served, "/api/policy/replay", { since: SINCE, text: "version: 1\n" });
  expect(json).toMatchObject({
    asked: 1,
    byChange: [],
    differing: 0,
    isComplete: true,
    next: null,
    page: [],
  });
});

test("when the time is up, a replay says how far it came", async () => {
  const served = await serveLedger();
  await served.append(...Array.from({ length: 600 }, (_, at) => deleted(at)));
  const reader = served.parts.reader;
  await reader.refresh();
  const question = { after: -1, limit: 5, sinceMs: AT_MS - 1, text: NO_DELETES, untilMs: AT_MS + 60_000 };
  const desk = new PolicyDesk();
  const outcome = await desk.with(new AbortController().signal, (thread) =>
    replayPast(reader, thread, question, () => {}, 0),
  );
  expect(outcome).toMatchObject({ asked: 0, isComplete: false, reached: null });
  expect(desk.count).toBe(0);
});

test("two are looked at at once, a third hears that it has to wait, and one whose asker goes away is ended", async () => {
  const served = await serveLedger();
  await served.append(...Array.from({ length: 300 }, (_, at) => deleted(at)));
  await served.api.listen({ host: "127.0.0.1", port: 0 });
  const { port } = served.api.server.address() as AddressInfo;
  // A thousand conditions, each asked for each statement, so that it takes long.
  const rules = Array.from(
    { length: 1000 },
    (_, at) =>
      `  - { name: r${at}, effect: deny, when: '${Array(40).fill('text.contains("q")').join(" || ")}' }`,
  );
  const payload = JSON.stringify({ since: SINCE, text: `version: 1\nrules:\n${rules.join("\n")}\n` });
  const begin = () => {
    const sent = request({
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      host: "127.0.0.1",
      method: "POST",
      path: "/api/policy/replay",
      port,
    });
    sent.on("error", () => {});
    sent.end(payload);
    return sent;
  };
  const isBusy = async () => {
    const { json } = await post(served, "/api/policy/check", { text: "version: 1\n" });
    return json.error?.code === "policy-busy";
  };
  const begun = [begin(), begin()];
  // The look itself takes a place, in which one that begins may find no room.
  const isFull = async () => {
    if (await isBusy()) return true;
    begun.push(begin());
    return false;
  };
  await expect.poll(isFull, { interval: 1000, timeout: 60_000 }).toBe(true);
  for (const one of begun) one.destroy();
  await expect.poll(isBusy, { timeout: 60_000 }).toBe(false);
  expect(served.warnings).toEqual([]);
}, 180_000);
