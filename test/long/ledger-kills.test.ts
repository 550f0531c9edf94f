import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { compile } from "../../packages/ledger/src/testing/children.ts";
import { surviveKills } from "../../packages/ledger/src/testing/kills.ts";

beforeAll(compile);

test.each([2, 3, 4, 5])(
  "fifty kills lose nothing that was acknowledged (seed %i)",
  { timeout: 600_000 },
  async (seed) => {
    const directory = mkdtempSync(join(tmpdir(), "custody-kills-"));
    await expect(surviveKills(directory, seed, 50)).resolves.toBeUndefined();
    rmSync(directory, { recursive: true });
  },
);
