import { expect, test } from "vitest";
import { Purger, type PurgerParts } from "./purger.ts";

test("whoever has it begin in the very moment in which it ends has it look once more", async () => {
  for (let turns = 0; turns < 10; turns += 1) {
    let looks = 0;
    const tables = {
      erasures: {
        get isPending() {
          looks += 1;
          return false;
        },
      },
    };
    const parts = { onFailure: () => {}, reader: {}, tables: () => tables };
    const purger = new Purger(parts as unknown as PurgerParts);
    purger.start();
    for (let turn = 0; turn < turns; turn += 1) await undefined;
    const before = looks;
    purger.start();
    await purger.idle();
    expect(looks, `${turns} turns`).toBeGreaterThan(before);
  }
});
