import type { Action, Asked, RecordDraft } from "@custody/domain";
import { beforeEach, expect, test } from "vitest";
import { applyHoldRecord, type Holds } from "./held.ts";
import { type Answer, HoldDesk } from "./hold-desk.ts";

const ADA = { assurance: "password", id: "u-ada", method: "password", name: "Ada" } as const;
const BOB = { ...ADA, id: "u-bob", name: "Bob" } as const;
const HUMAN = { assurance: "token", id: "u-human", name: "Human" } as const;

let drafts: RecordDraft[];
let holds: Holds;
let nowUs: number;
let ids: number;
let desk: HoldDesk;
/** A disk that takes its time. */
let onRecord: () => Promise<void>;

beforeEach(() => {
  drafts = [];
  holds = new Map();
  nowUs = 1_800_000_000_000_000;
  ids = 0;
  onRecord = async () => {};
  desk = start();
});

/** A process that begins, with what the ledger says. */
function start(more: { readonly setUp?: "same user" } = {}): HoldDesk {
  return new HoldDesk({
    ...more,
    grants: () => new Map(),
    newId: () => `h-${++ids}`,
    nowUs: () => nowUs,
    register: {
      loaded: Promise.resolve(),
      get state() {
        return holds;
      },
      record: async (draft) => {
        drafts.push(draft);
        await onRecord();
        holds = applyHoldRecord(holds, JSON.parse(JSON.stringify(draft)) as RecordDraft);
        return drafts.length - 1;
      },
    },
  });
}

function asked(more: Partial<Asked> = {}, statement: Partial<Action["statement"] & object> = {}): Asked {
  const held: Action = {
    id: "a-1",
    links: {},
    operations: [{ kind: "delete", objects: [], tier: "destructive", verb: "DELETE" }],
    session: { actor: { agent: { instance: "i", name: "robot" }, human: HUMAN }, id: "s-1", project: "web" },
    statement: { digest: "d-1", protocol: "simple", text: "DELETE FROM t", ...statement },
    target: { database: "shop", environment: "production", identity: "1001", kind: "postgres", name: "shop" },
    timeUs: nowUs,
  };
  return {
    actions: [held],
    circumstances: {
      around: [],
      objects: ["r 1 t"],
      role: "app",
      sessionRole: "app",
      settings: { search_path: "public" },
      runs: [],
    },
    decision: { effect: "approve", policy: "p", reasons: ["r"], rule: "rule" },
    held,
    isInTransaction: false,
    terms: { approvers: 1, at: "start", validMs: 900_000, waitMs: 600_000 },
    waits: false,
    ...more,
  };
}

const yes = (id: string, more: Partial<Answer> = {}) =>
  desk.decide(id, { by: ADA, shown: desk.find(id)?.shown ?? "", verdict: "approve", ...more });

const last = () => drafts.at(-1) as RecordDraft;

test("a yes is used once, and its use is on record before it is told", async () => {
  const { id } = await desk.hold(asked());
  expect(await desk.take(asked())).toBeUndefined();
  await yes(id);
  const [one, other] = await Promise.all([desk.take(asked()), desk.take(asked())]);
  expect([one, other].filter((consent) => consent !== undefined)).toHaveLength(1);
  expect(drafts.map(({ type }) => type)).toEqual([
    "approval.requested",
    "approval.granted",
    "approval.consumed",
  ]);
  expect(await desk.take(asked())).toBeUndefined();
});

const target = asked().held.target;
test.each<[string, Asked]>([
  ["one byte more", asked({}, { digest: "d-2", text: "DELETE FROM t " })],
  ["other values", asked({}, { parameters: [{ index: 1, type: "int4", value: "2" }] })],
  ["the other protocol", asked({}, { protocol: "extended" })],
  ["another statement beside it", asked({ actions: [asked().held, asked().held] })],
  ["another database", asked({ held: { ...asked().held, target: { ...target, database: "other" } } })],
  ["another server", asked({ held: { ...asked().held, target: { ...target, identity: "2002" } } })],
  ["another session", asked({ held: { ...asked().held, session: { ...asked().held.session, id: "s-2" } } })],
  ["another role", asked({ circumstances: { ...asked().circumstances, role: "root" } })],
  [
    "another search path",
    asked({ circumstances: { ...asked().circumstances, settings: { search_path: "evil" } } }),
  ],
  ["another object of that name", asked({ circumstances: { ...asked().circumstances, objects: ["r 2 t"] } })],
  ["another policy", asked({ decision: { ...asked().decision, policy: "q" } })],
  ["within a transaction", asked({ isInTransaction: true })],
])("%s is not what was approved", async (_what, other) => {
  const { id } = await desk.hold(asked());
  await yes(id);
  expect(await desk.take(other)).toBeUndefined();
  expect(await desk.take(asked())).toBeDefined();
});

test("circumstances that change while a client waits are found out when it would run, and are on record", async () => {
  const hold = await desk.hold(asked({ waits: true }));
  await yes(hold.id);
  expect((await hold.ended).state).toBe("granted");
  const other = asked({ circumstances: { ...asked().circumstances, objects: ["r 2 t"] }, waits: true });
  expect(await hold.consume(other)).toBeUndefined();
  expect(last()).toMatchObject({ details: { code: "HOLD_CHANGED" }, type: "approval.misused" });
});

test("a yes that is too old is none, and neither is one for what is too old", async () => {
  const { id } = await desk.hold(asked());
  await yes(id);
  nowUs += 900_000_000;
  expect(await desk.take(asked())).toBeUndefined();
  const { id: late } = await desk.hold(asked({}, { digest: "d-9" }));
  nowUs += 600_000_000;
  await expect(yes(late)).rejects.toMatchObject({ code: "HOLD_OVER" });
  expect(last()).toMatchObject({ details: { code: "HOLD_OVER" }, type: "approval.misused" });
});

test.each<[string, Partial<Answer>, string]>([
  ["by whoever asked", { by: { ...HUMAN, method: "password" } }, "HOLD_NOT_YOURS"],
  ["for what was not shown", { shown: "0".repeat(64) }, "HOLD_CHANGED"],
])("%s, nothing is approved, and that is on record", async (_how, answer, code) => {
  const { id } = await desk.hold(asked());
  await expect(yes(id, answer)).rejects.toMatchObject({ code });
  expect(last()).toMatchObject({ details: { code }, type: "approval.misused" });
  expect(desk.find(id)?.state).toBe("requested");
});

test("a decision is made once", async () => {
  const { id } = await desk.hold(asked());
  await yes(id, { reason: "no", verdict: "deny" });
  await expect(yes(id)).rejects.toMatchObject({ code: "HOLD_OVER" });
  await expect(desk.decide("h-99", { by: ADA, shown: "", verdict: "approve" })).rejects.toMatchObject({
    code: "HOLD_UNKNOWN",
  });
  expect(await desk.take(asked())).toBeUndefined();
});

test("two of two have to say yes, and they are two", async () => {
  const terms = { ...asked().terms, approvers: 2 };
  const { id } = await desk.hold(asked({ terms }));
  await yes(id);
  expect(await desk.take(asked({ terms }))).toBeUndefined();
  await expect(yes(id)).rejects.toMatchObject({ code: "HOLD_NOT_YOURS" });
  await yes(id, { by: BOB });
  const consent = await desk.take(asked({ terms }));
  expect(consent?.approval.approvers?.map(({ name }) => name)).toEqual(["Ada", "Bob"]);
});

test("where a passkey is asked for, a password is not enough", async () => {
  const terms = { ...asked().terms, isPasskeyNeeded: true } as const;
  const { id } = await desk.hold(asked({ terms }));
  await expect(yes(id)).rejects.toMatchObject({ code: "HOLD_PASSKEY_NEEDED" });
  await yes(id, { signed: { details: { signature: "s" }, kind: "passkey" } });
  expect(last()).toMatchObject({ details: { signature: "s" }, type: "approval.granted" });
});

test("a restart runs nothing that waited, and keeps what was approved for a retry", async () => {
  const waiting = await desk.hold(asked({ waits: true }));
  const granted = await desk.hold(asked({}, { digest: "d-2" }));
  const open = await desk.hold(asked({}, { digest: "d-3" }));
  await yes(granted.id);
  desk = start();
  await desk.resume();
  expect(desk.find(waiting.id)).toMatchObject({ reason: "Custody was restarted", state: "withdrawn" });
  await expect(yes(waiting.id)).rejects.toMatchObject({ code: "HOLD_OVER" });
  expect(await desk.take(asked({}, { digest: "d-2" }))).toBeDefined();
  await yes(open.id);
  expect(await desk.take(asked({}, { digest: "d-3" }))).toBeDefined();
});

test("what is not on record has not happened", async () => {
  const { id } = await desk.hold(asked());
  onRecord = () => Promise.reject(new Error("the disk is full"));
  await expect(yes(id)).rejects.toThrow("the disk is full");
  onRecord = async () => {};
  expect(await desk.take(asked())).toBeUndefined();
  await yes(id);
  onRecord = () => Promise.reject(new Error("the disk is full"));
  await expect(desk.take(asked())).rejects.toThrow("the disk is full");
});

test("so many wait, and no statement that nobody could read", async () => {
  await expect(desk.hold(asked({}, { text: "x".repeat(2_000_000) }))).rejects.toMatchObject({
    code: "HOLD_TOO_LONG",
  });
  for (let at = 0; at < 1000; at += 1) await desk.hold(asked({}, { digest: `n-${at}` }));
  await expect(desk.hold(asked())).rejects.toMatchObject({ code: "HOLDS_TOO_MANY" });
});

test("where agents may run as the same user, every answer says so", async () => {
  desk = start({ setUp: "same user" });
  const { id } = await desk.hold(asked());
  await yes(id, { signed: { details: { signature: "s" }, kind: "ssh-key" } });
  expect(last().details).toMatchObject({ setUp: "same user", signature: "s" });
  const other = await desk.hold(asked({ waits: true }));
  await yes(other.id, { reason: "no", verdict: "deny" });
  expect(last().details).toMatchObject({ setUp: "same user" });
});
