import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { compile } from "../../packages/ledger/src/testing/children.ts";
import { surviveKills } from "../../packages/ledger/src/testing/kills.ts";

beforeAll(compile);

const seeds = Array.from({ length: 20 }, (_, at) => 2 + at);

/** How long a start may take after a kill. */
const RESTART_MS_MAX = 1000;

test.each(seeds)(
  "fifty kills lose nothing that was acknowledged (seed %i)",
  { timeout: 600_000 },
  async (seed) => {
    const directory = mkdtempSync(join(tmpdir(), "custody-kills-"));
    await expect(surviveKills(directory, seed, 50, RESTART_MS_MAX)).resolves.toBeUndefined();
    rmSync(directory, { recursive: true });
  },
);
