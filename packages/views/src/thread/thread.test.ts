import type { AuditRecord, Links, ThreadNode } from "@custody/domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ThreadRecord, threadFacts } from "./facts.ts";
import { threadOf } from "./thread.ts";

interface Given extends Partial<Omit<AuditRecord, "links">> {
  readonly type: string;
  readonly links?: Links;
}

/** Records as they stand in a ledger, one a second. */
function ledgerOf(...given: readonly Given[]): ThreadRecord[] {
  return given.map((each, index) => {
    const record = {
      action: `${each.type}-${index}`,
      actor: { agent: { instance: "i", name: "coder" } },
      id: `id-${index}`,
      level: "info",
      links: {},
      location: { host: "h", timezone: "UTC" },
      message: { key: each.type, params: {} },
      project: "shop",
      session: "s",
      source: { instance: "i", kind: "k", name: "n", sequence: index, vantage: "observed", version: "1" },
      time: `2026-11-28T12:00:${String(index).padStart(2, "0")}.000000Z`,
      v: 1,
      ...each,
    } as AuditRecord;
    return { facts: threadFacts(record), index };
  });
}

const text = (words: string) => ({ statement: { digest: "d", text: words } });
const usage = {
  cacheRead: 0,
  cacheWrite: 0,
  costMicros: 30,
  currency: "USD",
  input: 5,
  model: "m",
  output: 7,
};
const took = { usage: { ...usage, prices: "t", provider: "anthropic", reasoning: 0 } };

/** A turn as the gateway records it: a prompt, a request, a tool call with a statement in it, and a last answer. */
const turn: readonly Given[] = [
  { action: "p1", links: { request: "r1" }, type: "prompt.submitted", ...text("clean up") },
  { action: "r1", type: "model.request.requested" },
  { action: "r1", type: "model.request.completed", ...text("I will delete"), ...took },
  {
    action: "t1",
    details: { name: "bash" },
    links: { prompt: "p1", request: "r1", tool: "call_1" },
    type: "tool.call.requested",
    ...text('{"command":"psql"}'),
  },
  {
    action: "d1",
    links: { prompt: "p1", tool: "call_1", toolBy: "time" },
    type: "db.statement.requested",
    ...text("DELETE"),
  },
  {
    action: "d1",
    effect: { bytes: 0, rows: { affected: 3 }, source: "server", status: "ok" },
    links: { prompt: "p1", tool: "call_1", toolBy: "time" },
    type: "db.statement.completed",
    ...text("DELETE"),
  },
  {
    action: "t1",
    details: { isError: false, name: "bash", result: "DELETE 3" },
    // The request that brought the result back.
    links: { prompt: "p1", request: "r2", tool: "call_1" },
    type: "tool.call.completed",
  },
  { action: "r2", type: "model.request.completed", ...text("Done."), ...took },
];

/** The tree in words, one line a node: how deep, what, and by which right. */
function drawn(nodes: readonly ThreadNode[], depth = 0): string[] {
  return nodes.flatMap(({ action, children, joinedBy, kind, of, state }) => [
    `${"  ".repeat(depth)}${kind} ${of?.id ?? action} ${state}${joinedBy === undefined ? "" : ` by ${joinedBy}`}`,
    ...drawn(children, depth + 1),
  ]);
}

function threadIn(records: readonly ThreadRecord[], more: { from?: number; limit?: number } = {}) {
  const thread = threadOf(records, { limit: 1000, session: "s", ...more });
  if (thread === undefined) throw new Error("there is no thread");
  return thread;
}

const TURN = [
  "prompt p1 submitted",
  "  request r1 completed by id",
  "    tool t1 completed by id",
  "      statement d1 completed by time",
  "  request r2 completed by time",
];

test("a turn is a tree: prompt, request and answer, tool call, statement", () => {
  const { nodes, notJoined, session } = threadIn(ledgerOf(...turn));
  expect(drawn(nodes)).toEqual(TURN);
  expect(notJoined).toEqual([]);
  expect(session).toMatchObject({ cost: { costMicros: 60, requests: 2 }, rowsAffected: 3, statements: 1 });
  const [prompt] = nodes;
  const [request] = prompt?.children ?? [];
  expect(prompt?.text).toEqual({ characters: 8, text: "clean up" });
  expect(request).toMatchObject({
    answer: { text: "I will delete" },
    name: "anthropic/m",
    usage: { costMicros: 30 },
  });
  expect(request?.children[0]).toMatchObject({ answer: { text: "DELETE 3" }, name: "bash" });
  expect(request?.children[0]?.children[0]).toMatchObject({ rows: { affected: 3 } });
});

test("records in any order, and more than once, give the same tree", () => {
  const records = ledgerOf(...turn);
  const shuffled = fc.shuffledSubarray([...records, ...records], { minLength: records.length * 2 });
  fc.assert(
    fc.property(shuffled, (given) => {
      expect(threadIn(given)).toEqual(threadIn(records));
    }),
  );
});

test("what names something that no record has is not joined, and says what", () => {
  const { nodes, notJoined } = threadIn(
    ledgerOf(
      { action: "t1", links: { request: "gone" }, type: "tool.call.requested" },
      { action: "d1", links: { tool: "call_9", toolBy: "time" }, type: "db.statement.completed" },
      { action: "d2", type: "db.statement.completed" },
      { action: "r1", type: "model.request.failed" },
      { action: "r2", links: { prompt: "lost" }, type: "model.request.completed" },
    ),
  );
  expect(drawn(nodes)).toEqual(["request r1 failed"]);
  expect(notJoined.map(({ action, missing }) => [action, missing])).toEqual([
    ["t1", { id: "gone", kind: "request" }],
    ["d1", { id: "call_9", kind: "tool" }],
    ["d2", undefined],
    ["r2", { id: "lost", kind: "prompt" }],
  ]);
});

test("a call whose request is gone stands below its prompt, and a statement that knows only its prompt too", () => {
  const { nodes } = threadIn(
    ledgerOf(
      { action: "p1", type: "prompt.submitted" },
      { action: "t1", links: { prompt: "p1", request: "gone" }, type: "tool.call.requested" },
      { action: "d1", links: { prompt: "p1" }, type: "db.statement.denied" },
    ),
  );
  expect(drawn(nodes)).toEqual([
    "prompt p1 submitted",
    "  tool t1 requested by id",
    "  statement d1 denied by id",
  ]);
});

const start = (session: string, parentSession: string, links: Links = {}): Given => ({
  action: `start-${session}`,
  links,
  parentSession,
  session,
  type: "session.started",
});

test("a sub-agent stands below the call that began it: by its name, by the time, or only in its session", () => {
  const call = (action: string, tool: string, end = false): Given => ({
    action,
    links: { tool },
    type: `tool.call.${end ? "completed" : "requested"}`,
  });
  const records = ledgerOf(
    { action: "p", session: "named", type: "prompt.submitted" },
    call("t1", "call_1"),
    start("timed", "s"),
    call("t2", "call_2"),
    start("named", "s", { tool: "call_1" }),
    start("two-running", "s"),
    call("t1", "call_1", true),
    call("t2", "call_2", true),
    start("none-running", "s"),
    { action: "deep", session: "grandchild", parentSession: "named", type: "prompt.submitted" },
  );
  const { nodes, notJoined } = threadIn(records);
  expect(drawn(nodes)).toEqual([
    "session two-running open by credential",
    "session none-running open by credential",
  ]);
  expect(drawn(notJoined)).toEqual([
    "tool t1 completed",
    "  session timed open by time",
    "  session named open by id",
    "    prompt p submitted",
    "    session grandchild open by credential",
    "      prompt deep submitted",
    "tool t2 completed",
  ]);
});

test("sessions that are said to have begun each other are each drawn once", () => {
  const records = ledgerOf(
    start("s", "b"),
    start("a", "s"),
    start("b", "a"),
    start("a", "b"),
    start("self", "self"),
  );
  expect(drawn(threadIn(records).nodes)).toEqual([
    "session a open by credential",
    "  session b open by credential",
  ]);
});

test("a chain of sub-agents without an end is cut, and says how much was left", () => {
  const chain = Array.from({ length: 5000 }, (_, at) =>
    start(at === 0 ? "s" : `c${at}`, at <= 1 ? "s" : `c${at - 1}`),
  );
  const { nodes } = threadIn(ledgerOf(...chain, { session: "c21", type: "prompt.submitted" }));
  const lines = drawn(nodes);
  expect(lines).toHaveLength(21);
  let last = nodes[0];
  while (last?.children[0] !== undefined) [last] = last.children;
  expect(last).toMatchObject({ childrenLeft: 1, session: "c21" });
});

test("long texts are cut between characters, and say how long they are", () => {
  const long = `${"x".repeat(1999)}😀${"y".repeat(50_000)}`;
  const { nodes } = threadIn(ledgerOf({ type: "prompt.submitted", ...text(long) }));
  expect(nodes[0]?.text).toEqual({ characters: long.length, text: "x".repeat(1999) });
});

test("pages go on where the one before ended, with what is not joined at the end; none divides what belongs to a prompt", () => {
  const turns = Array.from({ length: 7 }, (_, at): Given[] =>
    turn.map((each) => {
      const own = (id: string | undefined) => (id === undefined ? undefined : `${id}-${at}`);
      const { prompt, request, tool, ...rest } = each.links ?? {};
      const links = { ...rest, prompt: own(prompt), request: own(request), tool: own(tool) };
      return {
        ...each,
        action: own(each.action) as string,
        links: JSON.parse(JSON.stringify(links)) as Links,
      };
    }),
  ).flat();
  const records = ledgerOf(...turns, { action: "lost", type: "db.statement.completed" });
  const whole = threadIn(records);
  expect(whole.next).toBeNull();
  for (const limit of [1, 4, 6, 13]) {
    const nodes: ThreadNode[] = [];
    const notJoined: ThreadNode[] = [];
    for (let from: number | null = 0; from !== null; ) {
      const page = threadIn(records, { from, limit });
      expect(page.session).toEqual(whole.session);
      expect(page.nodes.length + page.notJoined.length).toBeGreaterThan(0);
      nodes.push(...page.nodes);
      notJoined.push(...page.notJoined);
      from = page.next;
    }
    expect([nodes, notJoined]).toEqual([whole.nodes, whole.notJoined]);
  }
  expect(whole.nodes.flatMap((node) => drawn([node]).length)).toEqual(Array.from({ length: 7 }, () => 5));
});

test("what one prompt has too many of is counted, and not shown", () => {
  const many = Array.from(
    { length: 700 },
    (_, at): Given => ({ action: `d${at}`, links: { prompt: "p" }, type: "db.statement.completed" }),
  );
  const { nodes } = threadIn(ledgerOf({ action: "p", type: "prompt.submitted" }, ...many));
  expect(nodes[0]?.children).toHaveLength(500);
  expect(nodes[0]?.childrenLeft).toBe(200);
});

test("a session that there is no record of has no thread", () => {
  expect(threadOf(ledgerOf(...turn), { limit: 9, session: "other" })).toBeUndefined();
});

test("whatever records there are, each act stands in the tree exactly once", () => {
  const act = fc.record({
    action: fc.constantFrom("a", "b", "c", "d"),
    links: fc.record(
      {
        prompt: fc.constantFrom("a", "b", "x"),
        request: fc.constantFrom("a", "b", "c", "x"),
        tool: fc.constantFrom("call_1", "call_2"),
      },
      { requiredKeys: [] },
    ),
    parentSession: fc.constantFrom("s", "t", "u", undefined),
    session: fc.constantFrom("s", "t", "u"),
    type: fc.constantFrom(
      "prompt.submitted",
      "model.request.requested",
      "model.request.completed",
      "tool.call.requested",
      "tool.call.failed",
      "db.statement.completed",
      "session.started",
      "db.connection.opened",
    ),
  });
  const actsIn = (nodes: readonly ThreadNode[]): string[] =>
    nodes.flatMap(({ action, children, kind, session }) => [
      ...(kind === "session" ? [] : [`${session} ${kind} ${action}`]),
      ...actsIn(children),
    ]);
  const kinds: Readonly<Record<string, string>> = {
    db: "statement",
    model: "request",
    prompt: "prompt",
    tool: "tool",
  };
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const records = ledgerOf(...(acts as readonly Given[]));
      const thread = threadOf(records, { limit: 10_000, session: "s" });
      const parents = new Map<string, string>();
      for (const { facts } of records)
        if (facts.session !== undefined && facts.parentSession !== undefined && !parents.has(facts.session))
          parents.set(facts.session, facts.parentSession);
      const family = new Set(thread === undefined ? [] : ["s"]);
      for (const member of family)
        for (const [child, parent] of parents)
          if (parent === member && records.some(({ facts }) => facts.session === child)) family.add(child);
      const expected = records
        .filter(
          ({ facts }) =>
            family.has(facts.session as string) && /^(prompt|model|tool|db\.statement)/.test(facts.type),
        )
        .map(({ facts }) => `${facts.session} ${kinds[facts.type.split(".")[0] as string]} ${facts.action}`);
      const found = thread === undefined ? [] : actsIn([...thread.nodes, ...thread.notJoined]);
      expect(found.sort()).toEqual([...new Set(expected)].sort());
    }),
  );
});
