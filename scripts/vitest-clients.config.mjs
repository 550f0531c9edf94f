import base from "../vitest.config.ts";

/** Only what runs real agent programs: scripts/test-clients.mjs has them there. */
export default {
  ...base,
  test: {
    ...base.test,
    exclude: base.test.exclude.filter((pattern) => pattern !== "test/clients/**"),
    include: ["test/clients/**/*.test.ts"],
    // An agent takes all that a core has.
    maxWorkers: 1,
    testTimeout: 600_000,
  },
};
