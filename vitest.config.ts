import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests run on the sources, not on dist, so that a stale build can never make them pass. */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"], externalConditions: ["source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    globalSetup: ["test/postgres/global-setup.ts"],
    exclude: ["**/dist/**", "**/node_modules/**", "test/long/**", "test/clients/**"],
    // A quarter of the time is spent in waiting for disks, databases and clocks, so two cores can do three files at once.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Only to end what hangs: how fast a machine is, no test says.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
