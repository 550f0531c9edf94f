import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation } from "./installation.ts";

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.begin();
});
afterAll(() => installation.end());

const fine = { type: "app.test.fine", details: { a: 1 } };

async function problemOf(answer: Response): Promise<{ code: string; message: string; record?: number }> {
  return ((await answer.json()) as { error: { code: string; message: string; record?: number } }).error;
}

test("an array and lines are the same, and what names no source gets numbers of ours", async () => {
  const array = await installation.post(JSON.stringify([fine, fine]));
  expect([array.status, await array.json()]).toEqual([200, { known: 0, recorded: 2 }]);
  const lines = await installation.post(`${JSON.stringify(fine)}\n\n${JSON.stringify(fine)}\n`);
  expect(await lines.json()).toEqual({ known: 0, recorded: 2 });
  const records = await installation.records("--type", "app.test.fine");
  expect(records.map(({ source }) => source)).toEqual(
    records.map((_, at) => expect.objectContaining({ kind: "sdk", sequence: at, vantage: "reported" })),
  );
});

test.each([
  "session.started",
  "session.ended",
  "approval.granted",
  "policy.loaded",
  "freeze.ended",
  "token.created",
  "user.created",
  "alert.acknowledged",
  "db.statement.completed",
  "model.request.denied",
  "model.request.unknown",
  "terminal.recorded",
  "budget.reached",
  "app",
  "app.",
  "app.Upper",
  "app..x",
  "app.x.",
  `app.${"x".repeat(200)}`,
])("nobody reports %s", async (type) => {
  const answer = await installation.report([fine, { text: "t", type }]);
  expect([answer.status, await problemOf(answer)]).toEqual([
    422,
    expect.objectContaining({ code: "request-invalid", record: 1 }),
  ]);
});

const invalid: readonly [what: string, body: string | Uint8Array, status: number][] = [
  ["nothing", "", 422],
  ["an empty array", "[]", 422],
  ["a text", '"x"', 422],
  ["a number", "7", 422],
  ["half a line", '{"type":"app.x"', 400],
  ["what is not UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400],
  ["another member", JSON.stringify({ ...fine, approval: { state: "granted" } }), 422],
  [
    "another source's kind",
    JSON.stringify({ ...fine, source: { instance: "i", kind: "gateway", sequence: 0 } }),
    422,
  ],
  ["another's instance", JSON.stringify({ ...fine, source: { instance: "a/b", sequence: 0 } }), 422],
  ["a negative number", JSON.stringify({ ...fine, source: { instance: "i", sequence: -1 } }), 422],
  ["a broken number", JSON.stringify({ ...fine, source: { instance: "i", sequence: 0.5 } }), 422],
  ["a record in a record", JSON.stringify({ ...fine, details: { a: { b: 1 } } }), 422],
  ["a number without end", '{"type":"app.x","details":{"a":1e999}}', 422],
  ["a prototype", '{"type":"app.x","details":{"__proto__":"x"}}', 422],
  ["a prototype beside", '{"type":"app.x","__proto__":{"type":"session.started"}}', 422],
  ["a constructor", '{"type":"app.x","details":{"constructor":"x"}}', 422],
  ["deep nesting", `{"type":"app.x","details":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, 422],
  [
    "too many members",
    JSON.stringify({
      ...fine,
      details: Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`a${at}`, 1])),
    }),
    422,
  ],
  ["a long record", JSON.stringify({ ...fine, text: "x".repeat(1024 * 1024) }), 422],
  ["a long batch", "x".repeat(4 * 1024 * 1024 + 1), 413],
  ["too many records", "{}\n".repeat(10_001), 413],
  ["another project", JSON.stringify({ ...fine, project: "nowhere" }), 422],
  ["a prompt without words", JSON.stringify({ type: "prompt.submitted" }), 422],
  ["a tool without a name", JSON.stringify({ type: "tool.call.requested" }), 422],
  ["a request without a model", JSON.stringify({ type: "model.request.requested" }), 422],
];

test.each(invalid)("refuses %s, all of it, and says why", async (_what, body, status) => {
  const answer = await installation.post(body);
  expect(answer.status).toBe(status);
  const { code, message } = await problemOf(answer);
  expect(code).toMatch(/^(request-invalid|body-malformed|body-too-long)$/);
  expect(message.length).toBeLessThan(500);
});

test("and none of all that was recorded", async () => {
  const records = await installation.records("--type", "app");
  expect(new Set(records.map(({ type }) => type))).toEqual(new Set(["app.test.fine"]));
  expect(records).toHaveLength(4);
});

test("only a token that was made for it may report", async () => {
  const agent = await installation.newToken("agent");
  expect((await installation.report([fine], agent)).status).toBe(403);
  expect((await installation.report([fine], "no token")).status).toBe(401);
  const viewer = await installation.newToken("sdk", "--role", "viewer");
  expect((await installation.report([fine], viewer)).status).toBe(403);
  const other = await installation.newToken("sdk", "--role", "member@elsewhere");
  expect((await problemOf(await installation.report([fine], other))).code).toBe("not-permitted");
});

test("numbers are kept: what is there is dropped, and what is missing is asked for", async () => {
  const event = (sequence: number) => ({ ...fine, source: { instance: "counted", sequence } });
  expect(await (await installation.report([event(0), event(1)])).json()).toEqual({ known: 0, recorded: 2 });
  expect(await (await installation.report([event(1), event(2)])).json()).toEqual({ known: 1, recorded: 1 });
  const gap = await installation.report([event(3), event(5)]);
  expect(gap.status).toBe(409);
  expect(await problemOf(gap)).toMatchObject({ code: "reports-missing", expected: 4, record: 1 });
  await installation.killAndStart();
  expect(await (await installation.report([event(0), event(3), event(4)])).json()).toEqual({
    known: 2,
    recorded: 1,
  });
  const same = Array.from({ length: 20 }, () => installation.report([event(5), event(6)]));
  const answers = await Promise.all(
    same.map(async (answer) => (await answer).json() as Promise<{ recorded: number }>),
  );
  expect(answers.reduce((sum, { recorded }) => sum + recorded, 0)).toBe(2);
});

test("what is reported cannot pose as what was seen", async () => {
  await installation.custody.sessionUrl("person");
  const [started] = await installation.records("--type", "session.started");
  const session = started?.session ?? "";
  expect(session).not.toBe("");
  const named = { action: started?.action, human: "the owner", session, time: "1999-01-01T00:00:00Z" };
  const model = { name: "m", provider: "p" };
  const begun = [
    { ...named, type: "app.test.posing", details: { onBehalfOf: "x", reportedTime: "y" } },
    { ...named, model, type: "model.request.requested", action: "never ended" },
    { ...named, model, type: "model.request.completed", action: "never begun", usage: { input: 1 } },
    { model, type: "model.request.requested" },
  ];
  expect((await installation.report(begun)).status).toBe(200);
  const [posing] = await installation.records("--type", "app.test.posing");
  expect(posing).toMatchObject({
    actor: { human: { name: "ada" } },
    details: { onBehalfOf: "the owner", reportedTime: "1999-01-01T00:00:00Z" },
    session,
    source: { kind: "sdk", vantage: "reported" },
  });
  expect(posing?.action).not.toBe(started?.action);
  expect(posing?.time.slice(0, 4)).not.toBe("1999");
  // A start closes what it finds open; what others say that they began is none of its concern.
  await installation.killAndStart();
  expect(await installation.records("--type", "model.request.unknown")).toEqual([]);
  const verified = await installation.custody.run("verify", "--json");
  expect(JSON.parse(verified.stdout)).toMatchObject({ findings: [], ok: true });
});

test("a secret that somebody reports is nowhere, and half a character is no reason to lose anything", async () => {
  const secret = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
  const details = {
    password: "hunter2hunter2",
    plain: `see ${secret}`,
    list: [`x ${secret}`],
    half: "a\ud800b",
  };
  const answer = await installation.post(
    JSON.stringify({ details, text: `token ${secret}`, type: "app.test.secret" }),
  );
  expect(answer.status).toBe(200);
  const [record] = await installation.records("--type", "app.test.secret");
  const text = JSON.stringify(record);
  expect(text).not.toContain(secret);
  expect(text).not.toContain("hunter2");
  expect(record?.details).toMatchObject({
    half: "a\ufffdb",
    plain: expect.stringMatching(/^see \[secret:github-token:/),
  });
});

test("people see that it was reported", async () => {
  await installation.report([{ details: { message: "paid" }, type: "app.test.shown" }]);
  const shown = await installation.custody.run("log", "--type", "app.test.shown");
  expect(shown.stdout).toMatch(/app\.test\.shown +reported +paid/);
  const [record] = await installation.records("--type", "app.test.shown");
  expect((await installation.custody.run("show", record?.id ?? "")).stdout).toMatch(/reported/);
});
