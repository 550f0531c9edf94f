import { expect, test } from "vitest";
import type { Action } from "./action.ts";
import type { Decision } from "./decision.ts";
import { type Decided, type Journey, pass } from "./pass.ts";
import type { Decider, RecordDraft, Recorder, Safety } from "./ports.ts";

const allow: Decision = { effect: "allow", policy: "p", reasons: [], rule: "default" };
const deny: Decision = { effect: "deny", policy: "p", reasons: ["no"], rule: "never" };

function action(id: string, refused?: Decision): Action {
  const session = { actor: {}, id: "s", project: "default" };
  const target = { environment: "development", kind: "postgres", name: "shop" } as const;
  const base = { id, links: {}, operations: [], session, target, timeUs: 0 };
  return refused === undefined ? base : { ...base, refused };
}

const namesOf = (decided: readonly Decided[]) => decided.map((one) => one.action.id).join("+");

/** Lets a journey pass, and tells in which order what happened. */
async function travel(
  actions: readonly Action[],
  decider: Decider["decide"],
  more: { safety?: Safety; record?: Recorder["record"] } = {},
): Promise<{ steps: string[]; decided: readonly Decided[]; error: unknown }> {
  const steps: string[] = [];
  let decided: readonly Decided[] = [];
  const journey: Journey = {
    actions,
    safety: more.safety ?? "durable",
    requested(all) {
      decided = all;
      return all.map((one) => ({ action: one.action.id }) as RecordDraft);
    },
    forward: (all) => void steps.push(`forward ${namesOf(all)}`),
    refuse: (all, refused) => void steps.push(`refuse ${namesOf(all)} for ${refused.action.id}`),
    hold: (all, held) => void steps.push(`hold ${namesOf(all)} for ${held.action.id}`),
    simulate: (all, first) => void steps.push(`simulate ${namesOf(all)} for ${first.action.id}`),
  };
  const recorder: Recorder = {
    async record(drafts, safety) {
      await more.record?.(drafts, safety);
      // What waits for a disk must not be overtaken.
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`record ${drafts.map((draft) => draft.action).join("+")} ${safety}`);
    },
    settle: async () => {},
  };
  const error = await Promise.resolve(pass(journey, { decider: { decide: decider }, recorder })).catch(
    (reason) => reason,
  );
  return { steps, decided, error };
}

test("what is allowed is forwarded once it is recorded, as safely as the journey asks", async () => {
  const { steps } = await travel([action("a"), action("b")], () => allow, { safety: "queued" });
  expect(steps).toEqual(["record a+b queued", "forward a+b"]);
});

test("what is to be simulated is neither forwarded nor refused, once it is on record", async () => {
  const whatIf: Decision = { ...deny, effect: "simulate" };
  const decide = async ({ id }: Action) => (id === "a" ? allow : id === "b" ? whatIf : deny);
  const { steps } = await travel([action("a"), action("b"), action("c")], decide);
  expect(steps).toEqual(["record a+b+c durable", "simulate a+b+c for b"]);
  const denied = await travel([action("c"), action("b")], decide);
  expect(denied.steps).toEqual(["record c+b durable", "refuse c+b for c"]);
});

test("one denial refuses all that travels together, and the refusal is on record first", async () => {
  const decide = async ({ id }: Action) => (id === "b" ? deny : allow);
  const { steps } = await travel([action("a"), action("b"), action("c")], decide);
  expect(steps).toEqual(["record a+b+c durable", "refuse a+b+c for b"]);
});

test("what cannot be recorded is neither forwarded nor refused: the caller is told", async () => {
  const full = new Error("the disk is full");
  for (const decision of [allow, deny]) {
    const { steps, error } = await travel([action("a")], () => decision, {
      record: () => Promise.reject(full),
    });
    expect(steps).toEqual([]);
    expect(error).toBe(full);
  }
});

test.each([
  ["throws", () => fail()],
  ["rejects", async () => fail()],
])("a decider that %s has not said yes", async (_how, decide) => {
  const { steps, decided } = await travel([action("a")], decide);
  expect(steps).toEqual(["record a durable", "refuse a for a"]);
  expect(decided[0]?.decision).toMatchObject({
    effect: "deny",
    reasons: ["the policy could not decide: broken"],
    rule: "policy-error",
  });
});

test("a human is asked about all that travels together, once it is on record", async () => {
  const decide = ({ id }: Action): Decision => (id === "b" ? { ...allow, effect: "approve" } : allow);
  const { steps } = await travel([action("a"), action("b"), action("c")], decide);
  expect(steps).toEqual(["record a+b+c durable", "hold a+b+c for b"]);
});

test("nobody is asked about what is denied anyway, and nothing that needs a human goes on before a denial", async () => {
  const decide = ({ id }: Action): Decision => (id === "b" ? deny : { ...allow, effect: "approve" });
  const { steps } = await travel([action("a"), action("b")], decide);
  expect(steps).toEqual(["record a+b durable", "refuse a+b for a"]);
});

test("what the source did not understand is refused, and policy is not asked", async () => {
  let isAsked = false;
  const { steps } = await travel([action("a", deny)], () => {
    isAsked = true;
    return allow;
  });
  expect(steps).toEqual(["record a durable", "refuse a for a"]);
  expect(isAsked).toBe(false);
});

test("a message without any act goes on without a record", async () => {
  expect((await travel([], () => deny)).steps).toEqual(["forward "]);
});

function fail(): never {
  throw new Error("broken");
}

test("what need not wait for anything is on its way when the call returns", () => {
  const steps: string[] = [];
  const journey = (safety: Safety): Journey => ({
    actions: [action("a"), action("b")],
    safety,
    requested: (all) => all.map((one) => ({ action: one.action.id }) as RecordDraft),
    forward: (all) => void steps.push(`forward ${namesOf(all)}`),
    refuse: (all, refused) => void steps.push(`refuse ${namesOf(all)} for ${refused.action.id}`),
    hold: (all, held) => void steps.push(`hold ${namesOf(all)} for ${held.action.id}`),
    simulate: (all, first) => void steps.push(`simulate ${namesOf(all)} for ${first.action.id}`),
  });
  const recorder: Recorder = {
    record: (_drafts, safety) => {
      steps.push(`record ${safety}`);
      return safety === "queued" ? undefined : new Promise(() => {});
    },
    settle: async () => {},
  };
  expect(pass(journey("queued"), { decider: { decide: () => allow }, recorder })).toBeUndefined();
  expect(steps).toEqual(["record queued", "forward a+b"]);
  // And what must wait does: a disk that never answers lets nothing through.
  expect(pass(journey("durable"), { decider: { decide: () => allow }, recorder })).toBeInstanceOf(Promise);
  expect(steps).toEqual(["record queued", "forward a+b", "record durable"]);
});
