import { createHash } from "node:crypto";
import { startScramClient, startScramServer } from "@custody/wire/scram";
import { expect, test } from "vitest";
import { SessionRegistry } from "./session-registry.ts";

const human = { assurance: "token", id: "local", name: "local operator" } as const;
const request = { agent: "robot", human, project: "default", ttlMs: 60_000 };

function setUp(): { registry: SessionRegistry; pass: (us: number) => void } {
  let nowUs = 1_000_000;
  let ids = 0;
  const registry = new SessionRegistry({ newId: () => `session-${ids++}`, nowUs: () => nowUs });
  return { pass: (us) => (nowUs += us), registry };
}

test("a session is let in once it is restored, with the very token that was issued", async () => {
  const { registry } = setUp();
  const { facts, identity, token } = registry.issue(request);
  expect(registry.find(identity.id)).toBeUndefined();
  registry.restore(identity, JSON.parse(JSON.stringify(facts)));
  const found = registry.find(identity.id);
  expect(found?.identity).toEqual({
    actor: { agent: { instance: "session-0", name: "robot" }, human },
    id: "session-0",
    project: "default",
  });
  const server = startScramServer({ nonce: "server", verifier: found!.verifier });
  const client = startScramClient({ nonce: "client", password: token });
  const first = server.receiveClientFirst(client.first);
  const final = await client.receiveServerFirst(first.first);
  final.receiveServerFinal(first.receiveClientFinal(final.final).final);
  const thief = startScramClient({ nonce: "thief", password: `${token}x` });
  const again = startScramServer({ nonce: "server", verifier: found!.verifier }).receiveClientFirst(
    thief.first,
  );
  const { final: wrong } = await thief.receiveServerFirst(again.first);
  expect(() => again.receiveClientFinal(wrong)).toThrow(
    expect.objectContaining({ code: "SCRAM_PROOF_INVALID" }),
  );
});

test("the facts for the record do not hold the token", () => {
  const { facts, token } = setUp().registry.issue(request);
  expect(Buffer.from(token, "base64url")).toHaveLength(32);
  expect(JSON.stringify(facts)).not.toContain(token);
  expect(facts).toMatchObject({ expiresAtUs: 61_000_000, iterations: 4096 });
});

test("a token shows whose it is while its session lasts, also after a restart", () => {
  const { pass, registry } = setUp();
  const { facts, identity, token } = registry.issue(request);
  const digest = createHash("sha256").update(token).digest("base64");
  expect(registry.findByTokenDigest(digest)).toBeUndefined();
  registry.restore(identity, JSON.parse(JSON.stringify(facts)));
  expect(registry.findByTokenDigest(digest)?.identity).toEqual(identity);
  const other = createHash("sha256").update(`${token}x`).digest("base64");
  expect(registry.findByTokenDigest(other)).toBeUndefined();
  pass(60_000_000);
  expect(registry.findByTokenDigest(digest)).toBeUndefined();
});

test("looking a token up forgets nothing: whoever guesses has nobody walk through all sessions", () => {
  const { pass, registry } = setUp();
  const { facts, identity, token } = registry.issue(request);
  registry.restore(identity, facts);
  pass(60_000_000);
  const digest = createHash("sha256").update(token).digest("base64");
  expect(registry.findByTokenDigest(digest)).toBeUndefined();
  expect(registry.find(identity.id)?.identity).toEqual(identity);
  expect(registry.size).toBe(0);
  expect(registry.find(identity.id)).toBeUndefined();
});

test("an expired session is not restored, and is forgotten in time", () => {
  const { pass, registry } = setUp();
  const early = registry.issue(request);
  registry.restore(early.identity, early.facts);
  expect(registry.size).toBe(1);
  pass(60_000_001);
  expect(registry.size).toBe(0);
  registry.restore(early.identity, early.facts);
  expect(registry.find(early.identity.id)).toBeUndefined();
});

test("a session that has ended is found by nothing, and what its agent knows is forgotten", () => {
  const { registry } = setUp();
  const { facts, identity, token } = registry.issue(request);
  registry.restore(identity, facts);
  registry.keepSecrets(identity.id, ["hunter2hunter2"]);
  expect(registry.knownSecrets(identity.id)).toEqual(["hunter2hunter2"]);
  registry.end(identity.id);
  const digest = createHash("sha256").update(token).digest("base64");
  expect(registry.find(identity.id)).toBeUndefined();
  expect(registry.findByTokenDigest(digest)).toBeUndefined();
  expect(registry.knownSecrets(identity.id)).toEqual([]);
  registry.keepSecrets(identity.id, ["late"]);
  expect(registry.knownSecrets(identity.id)).toEqual([]);
});
