import fc from "fast-check";
import { expect, test } from "vitest";
import { CrashingDisk, type Fault } from "../testing/crashing-disk.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { rootOf } from "../testing/merkle.ts";
import { history, type SignedLog, signedLog } from "../testing/signed-log.ts";
import { Witness } from "./witness.ts";

/** Three histories of one log, which part at entry 3 and at entry 6. */
const histories = [history(12), history(12, 3, "b"), history(12, 6, "c")];

type Step =
  | { readonly kind: "ask"; readonly of: number; readonly oldSize: number | "last"; readonly size: number }
  | { readonly kind: "fault"; readonly fault: Fault; readonly steps: number }
  | { readonly kind: "kill" }
  | { readonly kind: "power"; readonly survives: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant("ask" as const),
      of: fc.nat(2),
      oldSize: fc.oneof({ arbitrary: fc.constant("last" as const), weight: 4 }, fc.nat(12)),
      size: fc.nat(12),
    }),
    weight: 10,
  },
  {
    arbitrary: fc.record({
      fault: fc.constantFrom<Fault>("crash", "failed", "persisted"),
      kind: fc.constant("fault" as const),
      steps: fc.nat(2),
    }),
    weight: 2,
  },
  fc.record({ kind: fc.constant("kill" as const) }),
  fc.record({ kind: fc.constant("power" as const), survives: fc.boolean() }),
);

interface Cosigned {
  readonly of: number;
  readonly size: number;
}

/** What was cosigned and answered, over all lives of the witness. */
async function live(log: SignedLog, steps: readonly Step[][]): Promise<Cosigned[]> {
  const [directory, disk] = [temporaryDirectory(), new CrashingDisk()];
  const cosigned: Cosigned[] = [];
  let lastSize = 0;
  const open = () =>
    Witness.open({
      directory,
      disk,
      logs: new Map([[log.origin, [log.key]]]),
      name: "w",
      nowMs: () => 1_700_000_000_000,
      warn: () => {},
    });
  let witness = await open();
  const begin = async (prepare: () => void) => {
    await witness.close();
    prepare();
    witness = await open();
  };
  // Those of one group are under way at the same time.
  for (const group of steps) {
    await Promise.all(
      group.map(async (each) => {
        if (each.kind !== "ask") return;
        const { of, size } = each;
        const oldSize = each.oldSize === "last" ? lastSize : each.oldSize;
        const request = log.ask(oldSize, (histories[of] as string[]).slice(0, size));
        const { body, status } = await witness.addCheckpoint(request);
        if (status === 200) cosigned.push({ of, size });
        if (status === 200) lastSize = size;
        if (status === 409) lastSize = Number(body);
      }),
    );
    for (const each of group) {
      if (each.kind === "fault") disk.plan(each.fault, each.steps);
      if (each.kind === "kill") await begin(() => disk.restart());
      if (each.kind === "power") await begin(() => disk.cutPower(() => each.survives));
    }
  }
  await witness.close();
  return cosigned;
}

/** Whether one history has all these trees. */
function isOneHistory(cosigned: readonly Cosigned[]): boolean {
  const rootAt = (of: number, size: number) =>
    rootOf((histories[of] as string[]).slice(0, size)).toString("hex");
  return histories.some((_, whole) =>
    cosigned.every(({ of, size }) => rootAt(of, size) === rootAt(whole, size)),
  );
}

test("whatever it is asked, and whenever it is killed, a witness cosigns one history only", async () => {
  const log = await signedLog();
  let count = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 3, minLength: 1 }), { maxLength: 25 }),
      async (steps) => {
        const cosigned = await live(log, steps);
        count += cosigned.length;
        expect(isOneHistory(cosigned), JSON.stringify(cosigned)).toBe(true);
      },
    ),
    { numRuns: 80 },
  );
  // A witness that never cosigns anything would keep to one history too.
  expect(count).toBeGreaterThan(80);
});

test("and two histories would be seen", () => {
  expect(
    isOneHistory([
      { of: 0, size: 3 },
      { of: 1, size: 3 },
      { of: 2, size: 6 },
    ]),
  ).toBe(true);
  expect(
    isOneHistory([
      { of: 0, size: 4 },
      { of: 1, size: 4 },
    ]),
  ).toBe(false);
  expect(
    isOneHistory([
      { of: 1, size: 7 },
      { of: 0, size: 4 },
    ]),
  ).toBe(false);
});
