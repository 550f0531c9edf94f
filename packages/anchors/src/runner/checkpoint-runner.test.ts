import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeDisk, nodePrimitives } from "@custody/ledger";
import { parseWitnessPolicy } from "@custody/ledger/verifier";
import { expect, test } from "vitest";
import { AnchorError } from "../error.ts";
import type { Kept, Place } from "../place.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { history, type SignedLog, signedLog } from "../testing/signed-log.ts";
import { nearWitness, provable } from "../testing/witness-double.ts";
import { witnessPlace } from "../witness/witness-place.ts";
import type { CheckpointEvent } from "./checkpoint-event.ts";
import { CheckpointRunner, type RunnerOptions } from "./checkpoint-runner.ts";
import { OutsideFolder } from "./outside-folder.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface World {
  readonly log: SignedLog;
  readonly entries: string[];
  readonly events: CheckpointEvent[];
  readonly warnings: string[];
  readonly folder: string;
  /** Goes on by so much, and lets everything that begins then come to its end. */
  pass(ms: number): Promise<void>;
  begin(given: Partial<RunnerOptions> & Pick<RunnerOptions, "places">): Promise<CheckpointRunner>;
  readonly control: { recordFails: boolean };
}

/** A ledger whose records are entries of it, as they are in the real one: what is recorded makes a new checkpoint. */
async function world(): Promise<World> {
  const log = await signedLog();
  const entries = history(10);
  const [events, warnings, folder]: [CheckpointEvent[], string[], string] = [[], [], temporaryDirectory()];
  const control = { recordFails: false };
  let nowMs = 1_700_000_000_000;
  let runner: CheckpointRunner | undefined;
  const settle = async () => {
    await runner?.look();
    await runner?.idle();
  };
  return {
    begin: async (given) => {
      runner = await CheckpointRunner.open({
        folder: new OutsideFolder(folder),
        monotonicMs: () => nowMs,
        nowMs: () => nowMs,
        random: () => 1,
        readCheckpoint: async () => log.sign(entries),
        record: async (event) => {
          if (control.recordFails) throw new Error("the data path is gone");
          events.push(event);
          entries.push(event.type);
          return entries.length - 1;
        },
        warn: (text) => warnings.push(text),
        ...given,
      });
      await settle();
      return runner;
    },
    control,
    entries,
    events,
    folder,
    log,
    pass: async (ms) => {
      const endMs = nowMs + ms;
      for (const step = ms > 10 * HOUR ? MINUTE : 10_000; nowMs < endMs; ) {
        nowMs = Math.min(nowMs + step, endMs);
        await settle();
      }
    },
    warnings,
  };
}

interface ScriptedPlace extends Place {
  readonly sizes: number[];
  answer: (() => Kept) | undefined;
}

/** A place that keeps everything, unless it is told to answer otherwise. */
function scriptedPlace(name = "p", everyMs = MINUTE): ScriptedPlace {
  const place: ScriptedPlace = {
    answer: undefined,
    everyMs,
    keep: async ({ size }) => {
      place.sizes.push(size);
      return place.answer?.() ?? {};
    },
    kind: "file",
    name,
    sizes: [],
  };
  return place;
}

const failing = (code: "PLACE_UNREACHABLE" | "PLACE_CONTRADICTED") => () => {
  throw new AnchorError(code, "what — do");
};

const types = ({ events }: World) => events.map(({ type }) => type);

test("a checkpoint is kept at once, and then the newest one each round, if there is a newer one", async () => {
  const it = await world();
  const place = scriptedPlace();
  const runner = await it.begin({ places: [place] });
  expect(place.sizes).toEqual([10]);
  it.entries.push("a", "b");
  await it.pass(59_000);
  expect(place.sizes).toEqual([10]);
  await it.pass(1000);
  // Two, and the record that the first one was kept.
  expect(place.sizes).toEqual([10, 13]);
  await it.pass(HOUR - MINUTE);
  expect(place.sizes).toEqual([10, 13]);
  expect(runner.status.places).toEqual([
    expect.objectContaining({ kept: expect.objectContaining({ size: 13 }) }),
  ]);
});

test("a ledger in which nothing happens does not fill itself with its own witnessing", async () => {
  const it = await world();
  await it.begin({ places: [scriptedPlace("a"), scriptedPlace("b"), scriptedPlace("c", 10 * MINUTE)] });
  await it.pass(48 * HOUR);
  expect(types(it)).toEqual(Array(3).fill("checkpoint.witnessed"));
});

test("a ledger in which much happens remembers it once an hour", async () => {
  const it = await world();
  await it.begin({ places: [scriptedPlace()] });
  for (let minute = 0; minute < 4 * 60; minute += 1) {
    it.entries.push(`entry of minute ${minute}`);
    await it.pass(MINUTE);
  }
  expect(types(it)).toEqual(Array(5).fill("checkpoint.witnessed"));
  expect(it.events[0]).toMatchObject({ kind: "file", origin: "log.example", place: "p", size: 10 });
});

test("an outage is remembered once, and that it is over; in between it is tried less and less", async () => {
  const it = await world();
  const place = scriptedPlace();
  const runner = await it.begin({ places: [place] });
  place.answer = failing("PLACE_UNREACHABLE");
  it.entries.push("a");
  await it.pass(2 * HOUR);
  expect(types(it)).toEqual(["checkpoint.witnessed", "checkpoint.witness-failed"]);
  expect(it.events[1]).toMatchObject({ code: "PLACE_UNREACHABLE", place: "p", reason: "what — do" });
  // Ten minutes apart at the end.
  expect(place.sizes.length).toBeGreaterThan(10);
  expect(place.sizes.length).toBeLessThan(25);
  expect(runner.status.places[0]?.failure).toMatchObject({ code: "PLACE_UNREACHABLE" });
  expect(it.warnings).toHaveLength(1);
  place.answer = undefined;
  await it.pass(10 * MINUTE);
  expect(types(it).slice(2)).toEqual(["checkpoint.witnessed"]);
  expect(runner.status.places[0]?.failure).toBeUndefined();
  await it.pass(HOUR);
  expect(it.events).toHaveLength(3);
});

test("a place that comes and goes is remembered at most once an hour", async () => {
  const it = await world();
  const place = scriptedPlace();
  await it.begin({ places: [place] });
  let isUp = false;
  place.answer = () => {
    isUp = !isUp;
    return isUp ? {} : failing("PLACE_UNREACHABLE")();
  };
  for (let minute = 0; minute < 180; minute += 1) {
    it.entries.push("x");
    await it.pass(MINUTE);
  }
  expect(types(it).filter((type) => type === "checkpoint.witness-failed").length).toBeLessThanOrEqual(4);
  expect(it.events.length).toBeLessThanOrEqual(12);
});

test("a contradiction is remembered at once, also during an outage, and once", async () => {
  const it = await world();
  const place = scriptedPlace();
  place.answer = failing("PLACE_UNREACHABLE");
  const runner = await it.begin({ places: [place] });
  const evidence = it.log.sign(history(99));
  place.answer = () => {
    throw new AnchorError("PLACE_CONTRADICTED", "two histories", { evidence });
  };
  await it.pass(HOUR);
  place.answer = failing("PLACE_UNREACHABLE");
  await it.pass(HOUR);
  place.answer = failing("PLACE_CONTRADICTED");
  await it.pass(HOUR);
  expect(types(it)).toEqual(["checkpoint.witness-failed", "checkpoint.contradicted"]);
  const [, contradicted] = it.events;
  const file = contradicted?.type === "checkpoint.contradicted" ? contradicted.evidence : undefined;
  expect(readFileSync(join(it.folder, file as string), "utf8")).toBe(evidence);
  expect(runner.status.places[0]?.failure?.isContradiction).toBe(true);
});

test("what was remembered is not said again after a new start", async () => {
  const it = await world();
  const [well, bad] = [scriptedPlace("well"), scriptedPlace("bad")];
  bad.answer = failing("PLACE_CONTRADICTED");
  await it.begin({ places: [well, bad] });
  const before = it.events.length;
  await it.begin({ places: [well, bad] });
  await it.pass(30 * MINUTE);
  expect(before).toBe(2);
  expect(it.events).toHaveLength(2);
});

test("what the ledger could not write down is said when it can again", async () => {
  const it = await world();
  const place = scriptedPlace();
  it.control.recordFails = true;
  await it.begin({ places: [place] });
  expect(it.warnings).toEqual([expect.stringContaining("was not recorded: the data path is gone")]);
  it.control.recordFails = false;
  it.entries.push("a");
  await it.pass(MINUTE);
  expect(types(it)).toEqual(["checkpoint.witnessed"]);
});

test("a place that does not answer holds up no other", async () => {
  const it = await world();
  const slow = scriptedPlace("slow");
  let release = () => {};
  slow.keep = () =>
    new Promise((resolve) => {
      release = () => resolve({});
    });
  const quick = scriptedPlace("quick");
  const runner = await CheckpointRunner.open({
    folder: new OutsideFolder(it.folder),
    monotonicMs: () => 0,
    nowMs: () => 0,
    places: [slow, quick],
    random: () => 0,
    readCheckpoint: async () => it.log.sign(it.entries),
    record: async () => 0,
    warn: () => {},
  });
  await runner.look();
  await runner.look();
  expect(quick.sizes).toEqual([10]);
  release();
  await runner.idle();
});

test("a state file that makes no sense is begun anew", async () => {
  for (const text of ["", "{", "[]", '{"v":2,"places":[]}', '{"v":1,"places":[{"kind":"moon"},7,null]}']) {
    const it = await world();
    writeFileSync(join(it.folder, "state.json"), text);
    await it.begin({ places: [scriptedPlace()] });
    expect(types(it)).toEqual(["checkpoint.witnessed"]);
  }
});

test("a place that is not asked any more is not told of any more", async () => {
  const it = await world();
  await it.begin({ places: [scriptedPlace("a"), scriptedPlace("b")] });
  await it.begin({ places: [] });
  expect(await new OutsideFolder(it.folder).readState()).toEqual([]);
});

test("without a checkpoint nothing is asked, and one that cannot be read is told once", async () => {
  const it = await world();
  const place = scriptedPlace();
  let note: string | undefined;
  await it.begin({ places: [place], readCheckpoint: async () => note });
  note = "no checkpoint";
  await it.pass(5 * MINUTE);
  expect(place.sizes).toEqual([]);
  expect(it.warnings).toEqual([expect.stringContaining("the checkpoint cannot be read")]);
});

test("evidence is kept with the checkpoint that it is about", async () => {
  const it = await world();
  const place = scriptedPlace();
  place.answer = () => ({ evidence: { bytes: Buffer.from("token"), name: "10.tsr" } });
  await it.begin({ places: [place] });
  expect(readFileSync(join(it.folder, "file/10.tsr"), "utf8")).toBe("token");
  expect(readFileSync(join(it.folder, "file/10.tsr.checkpoint"), "utf8")).toBe(it.log.sign(history(10)));
});

test.each(["../x", "a/b", "", ".hidden", "x.tmp", "x.checkpoint"])(
  "%j is no name for evidence",
  async (name) => {
    const it = await world();
    const place = scriptedPlace();
    place.answer = () => ({ evidence: { bytes: Buffer.alloc(1), name } });
    const runner = await it.begin({ places: [place] });
    expect(runner.status.places[0]?.failure?.code).toBe("OUTSIDE_STATE_FAILED");
    expect(existsSync(join(it.folder, "file", name, "x"))).toBe(false);
  },
);

test("a disk that takes nothing stops no place", async () => {
  const it = await world();
  const place = scriptedPlace();
  const full = { ...nodeDisk, replace: () => Promise.reject(new Error("no space left")) };
  await it.begin({ folder: new OutsideFolder(it.folder, full), places: [place] });
  it.entries.push("a");
  await it.pass(MINUTE);
  expect(place.sizes).toHaveLength(2);
  expect(it.warnings[0]).toContain("no space left");
});

async function witnesses(it: World, quorum: string) {
  const near = [await nearWitness(it.log, "w1"), await nearWitness(it.log, "w2")] as const;
  const lines = near.map(({ verifierKey, witness }) => `witness ${witness.name} ${verifierKey}\n`);
  const policy = await parseWitnessPolicy(`${lines.join("")}${quorum}`, nodePrimitives);
  const places = near.map(({ fetch, url, witness }) =>
    witnessPlace({
      cosignedSize: 0,
      everyMs: MINUTE,
      fetch,
      ledger: provable(it.entries),
      logKey: it.log.key,
      url,
      witness,
    }),
  );
  return { near, places, quorum: { logKey: it.log.key, policy } };
}

test("cosignatures of one checkpoint are gathered until they are enough", async () => {
  const it = await world();
  const { near, places, quorum } = await witnesses(it, "group g all w1 w2\nquorum g\n");
  near[1].intercept = () => new Response("busy", { status: 503 });
  const runner = await it.begin({ places, quorum });
  const file = join(it.folder, "witnessed");
  expect(existsSync(file)).toBe(false);
  // The first has the next checkpoint by the time that the second comes back, which is asked about the same one.
  await it.pass(70_000);
  near[1].intercept = undefined;
  await it.pass(3 * MINUTE);
  expect(readFileSync(file, "utf8").match(/^— .*$/gm)).toHaveLength(3);
  expect(runner.status.witnessed).toMatchObject({
    cosigners: [
      { name: "w1", time: "2023-11-14T22:13:20.000Z" },
      { name: "w2", time: "2023-11-14T22:13:20.000Z" },
    ],
  });
  // Each witness's own is there as well.
  for (const { witness } of near)
    expect(existsSync(join(it.folder, "witness", `${witness.name}-${witness.key.keyId}`))).toBe(true);
});

test("one of two is enough where the policy says so, and the other is added when it comes", async () => {
  const it = await world();
  const { near, places, quorum } = await witnesses(it, "group g any w1 w2\nquorum g\n");
  near[1].intercept = () => new Response("busy", { status: 503 });
  const runner = await it.begin({ places, quorum });
  expect(runner.status.witnessed?.cosigners.map(({ name }) => name)).toEqual(["w1"]);
  near[1].intercept = undefined;
  await it.pass(10_000);
  expect(runner.status.witnessed).toMatchObject({ cosigners: [{ name: "w1" }, { name: "w2" }], size: 10 });
  // After a new start it is known, and never replaced by a smaller one.
  const next = await it.begin({ places: [], quorum });
  expect(next.status.witnessed?.size).toBe(10);
});

test("what was witnessed under another key is put aside, not lost", async () => {
  const it = await world();
  const { places, quorum } = await witnesses(it, "quorum w1\n");
  await it.begin({ places, quorum });
  const note = readFileSync(join(it.folder, "witnessed"), "utf8");
  const next = await it.begin({
    places: [],
    quorum: { ...quorum, logKey: (await signedLog("new.example")).key },
  });
  expect(next.status.witnessed).toBeUndefined();
  const aside = await nodeDisk.list(join(it.folder, "past"));
  expect(aside.map((name) => readFileSync(join(it.folder, "past", name), "utf8"))).toEqual([note]);
});
