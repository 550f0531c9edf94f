import base from "../vitest.config.ts";

/** The usual tests and those below test/long, which take minutes each. */
export default {
  ...base,
  test: { ...base.test, exclude: base.test.exclude.filter((pattern) => pattern !== "test/long/**") },
};
