// `npm test`: installs, builds, and runs the tests. `--long` adds test/long; other arguments go to vitest.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin, endTogether, prepare, progress, root, run } from "./install.mjs";

endTogether();
const given = process.argv.slice(2);
const args = given.filter((argument) => argument !== "--long");
await prepare("testing");

const folder = mkdtempSync(join(tmpdir(), "custody-test-"));
const counts = join(folder, "counts.json");
const code = await run(
  process.execPath,
  [bin("vitest/vitest.mjs"), "run", `--root=${root}`, ...configuration(), ...reporters(), ...args],
  { env: { ...process.env, CUSTODY_TEST_COUNTS: counts } },
);
printCounts();
rmSync(folder, { recursive: true, force: true });
process.exit(code);

function configuration() {
  return given.includes("--long") ? [`--config=${join(root, "scripts/vitest-long.config.mjs")}`] : [];
}

/** Where nobody watches, one line a test says more than a moving picture; the caller's own choice goes first. */
function reporters() {
  const chosen = args.some((argument) => /^--reporters?(=|$)/.test(argument));
  const usual = process.env["CI"] ? "verbose" : "default";
  const colour = process.stdout.isTTY ? [] : ["--no-color"];
  const ours = `--reporter=${join(root, "scripts/count-reporter.mjs")}`;
  return [...colour, ...(chosen ? [] : [`--reporter=${usual}`]), ours];
}

/** The last line of the output, for people in a hurry and for programs; before it, why tests were skipped. */
function printCounts() {
  try {
    const { passed, failed, skipped, reasons } = JSON.parse(readFileSync(counts, "utf8"));
    for (const [reason, count] of Object.entries(reasons))
      process.stdout.write(`skipped because ${reason}: ${count}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  } catch {
    // Vitest ended before it had a result: wrong arguments, a signal. It has said so itself.
    progress("custody: the tests did not come to an end; nothing was counted");
  }
}
