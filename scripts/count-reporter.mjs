import { writeFileSync } from "node:fs";

/**
 * Leaves the counts of a run, and why tests were skipped, in the file that CUSTODY_TEST_COUNTS names, for
 * `scripts/test.mjs` to print at the very end. A file that cannot be loaded, and an error outside of every test, count as failures of their own.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const path = process.env["CUSTODY_TEST_COUNTS"];
    if (path === undefined) return;
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, reasons: {} };
    for (const module of modules) {
      let failedInside = 0;
      for (const test of module.children.allTests()) {
        const { note, state } = test.result();
        if (state === "skipped" && note) counts.reasons[note] = (counts.reasons[note] ?? 0) + 1;
        // A test that an interruption left pending has shown nothing.
        counts[state === "pending" ? "skipped" : state] += 1;
        if (state === "failed") failedInside += 1;
      }
      if (module.state() === "failed" && failedInside === 0) counts.failed += 1;
    }
    writeFileSync(path, JSON.stringify(counts));
  }
}
