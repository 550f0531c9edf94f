import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { surviveBlobKills } from "../../packages/ledger/src/testing/blob-kills.ts";
import { compile } from "../../packages/ledger/src/testing/children.ts";

beforeAll(compile);

test.each([2, 3, 4])(
  "forty kills lose no blob that was acknowledged (seed %i)",
  { timeout: 900_000 },
  async (seed) => {
    const directory = mkdtempSync(join(tmpdir(), "custody-kills-"));
    expect(await surviveBlobKills(directory, seed, 40)).toBeGreaterThan(100);
    rmSync(directory, { recursive: true });
  },
);
