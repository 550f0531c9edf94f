import type { AuditRecord, Usage } from "@custody/domain";
import { expect, test } from "vitest";
import { recordOf, type ServedLedger, serveLedger } from "../testing/served-ledger.ts";
import { type SignedInPerson, signedInOwner, signedInPerson } from "../testing/signed-in.ts";

const usage: Usage = {
  cacheRead: 0,
  cacheWrite: 0,
  costMicros: 100,
  currency: "USD",
  input: 1,
  model: "m",
  output: 2,
  prices: "t",
  provider: "openai",
  reasoning: 0,
};

/** What an answer took, for a person, in a session and a project. */
function answered(
  person: Partial<SignedInPerson> & { name: string },
  session: string,
  project: string,
): AuditRecord {
  const human = { assurance: "token", id: person.id ?? person.name, name: person.name } as const;
  return recordOf({
    actor: { agent: { instance: session, name: "coder" }, human },
    project,
    session,
    type: "model.request.completed",
    usage,
  });
}

async function served(): Promise<
  ServedLedger & { owner: SignedInPerson; eve: SignedInPerson; viewer: SignedInPerson }
> {
  const server = await serveLedger();
  const owner = await signedInOwner(server);
  const eve = await signedInPerson(server, owner, "eve", ["member@shop"]);
  const viewer = await signedInPerson(server, owner, "vic", ["viewer@crm"]);
  await server.append(
    answered({ name: "ada", id: owner.id }, "s1", "shop"),
    answered({ name: "eve", id: eve.id }, "s2", "shop"),
    answered({ name: "eve", id: eve.id }, "s3", "crm"),
    recordOf({ project: "crm", session: "s3", type: "prompt.submitted", ...said("what is in the crm?") }),
  );
  return { ...server, eve, owner, viewer };
}

function said(text: string): Pick<AuditRecord, "statement"> {
  return { statement: { digest: "d", text } };
}

test("costs come page by page, with their sum, and are those of what somebody may read", async () => {
  const { ask, eve, owner, viewer } = await served();
  const { json } = await ask("/api/costs?by=session&limit=2");
  expect(json.lines.map(({ key }: { key: string }) => key)).toEqual(["s1", "s2"]);
  expect(json.total).toMatchObject({ costMicros: 300, requests: 3, unpriced: 0 });
  const next = await ask(`/api/costs?by=session&limit=2&after=${encodeURIComponent(json.next)}`);
  expect(next.json).toMatchObject({ lines: [{ key: "s3" }], next: null, total: json.total });
  const by = async ({ headers }: SignedInPerson, query = "") =>
    (await ask(`/api/costs?by=person${query}`, { headers })).json;
  expect((await by(owner)).total.requests).toBe(3);
  expect((await by(viewer)).lines).toMatchObject([{ costMicros: 100, key: "eve" }]);
  expect((await by(eve)).total.requests).toBe(2);
  // In a project that she does not read, she sees what was done for her.
  expect((await by(eve, "&project=crm")).total.requests).toBe(1);
  expect((await by(viewer, "&project=shop")).total.requests).toBe(0);
});

test("sessions are those that somebody may read, and a thread has only their records", async () => {
  const { ask, eve, notes, viewer } = await served();
  const ids = async (query: string, headers?: SignedInPerson["headers"]) => {
    const { json } = await ask(`/api/sessions${query}`, headers && { headers });
    return json.sessions.map(({ id }: { id: string }) => id);
  };
  expect(await ids("")).toEqual(["s3", "s2", "s1"]);
  expect(await ids("?limit=1")).toEqual(["s3"]);
  expect(await ids("?state=unknown&agent=coder&project=shop")).toEqual(["s2", "s1"]);
  expect(await ids("", viewer.headers)).toEqual(["s3"]);
  const thread = (session: string, headers: SignedInPerson["headers"]) =>
    ask(`/api/sessions/${session}/thread`, { headers });
  const whole = await thread("s3", viewer.headers);
  expect(whole.json.nodes.map(({ kind }: { kind: string }) => kind)).toEqual(["request", "prompt"]);
  const own = await thread("s3", eve.headers);
  expect(own.json.nodes.map(({ kind }: { kind: string }) => kind)).toEqual(["request"]);
  expect(own.text).not.toContain("what is in the crm");
  expect(await thread("s1", viewer.headers)).toMatchObject({
    json: { error: { code: "not-found" } },
    status: 404,
  });
  expect(await thread("nobody", viewer.headers)).toMatchObject({ status: 404 });
  expect(await ask("/api/sessions/s3")).toMatchObject({
    json: { counts: { prompts: 1 }, id: "s3" },
    status: 200,
  });
  expect((await ask("/api/sessions/s3", { headers: eve.headers })).status).toBe(200);
  expect((await ask("/api/sessions/s1", { headers: viewer.headers })).status).toBe(404);
  expect((await ask("/api/sessions/nobody")).status).toBe(404);
  expect(notes.filter(({ type }) => type === "access.read").length).toBeGreaterThan(0);
});

test.each([
  ["/api/costs?by=colour"],
  ["/api/costs?limit=0"],
  ["/api/costs?since=yesterday"],
  ["/api/costs?extra=1"],
  ["/api/costs?after=nothing"],
  ["/api/sessions?state=gone"],
  ["/api/sessions?before=-1"],
  ["/api/sessions/s/thread?from=x"],
])("%s is refused", async (url) => {
  const { ask } = await serveLedger();
  expect(await ask(url)).toMatchObject({ json: { error: { code: "request-invalid" } }, status: 422 });
});
