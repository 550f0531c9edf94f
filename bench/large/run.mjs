import { execFileSync, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { judge, printTable, round } from "../measure.mjs";

/**
 * `npm run bench -- large [--records N]`: what a ledger of many small records costs, ten million unless told otherwise.
 * Each step is a process of its own, so that its memory is its own and nothing is warm but what the kernel keeps.
 */
export async function benchLarge({ directory, records = 10_000_000 }) {
  const base = mkdtempSync(join(directory, "bench-large-"));
  const step = (name, ...parameters) => {
    process.stderr.write(`${name} …\n`);
    return runStep(name, [base, ...parameters.map(String)]);
  };
  try {
    const filled = await step("fill", records);
    const disk = Number(
      execFileSync("du", ["-sb", "--exclude=wal", base], { encoding: "utf8" }).split("\t")[0],
    );
    const proofs = await step("prove", 200);
    const opened = await step("open");
    const treeOnly = await step("verify", "tree");
    const verified = await step("verify", "all");
    const shredded = await step("shred");
    const crashed = await step("restart");
    printTable(
      `A ledger of ${records.toLocaleString("en")} records with ${filled.payloadBytes} bytes each`,
      ["", "value"],
      [
        ["filled, entries/s", Math.round(records / filled.seconds)],
        ["on the disk, bytes a record", round(disk / records)],
        ["the same, as a multiple of the payload", round(disk / records / filled.payloadBytes)],
        ["memory while filling, MiB", round(filled.peakMiB)],
        ["verify, everything decrypted, entries/s", Math.round(verified.perSecond)],
        ["verify, without keys, entries/s", Math.round(treeOnly.perSecond)],
        ["memory while verifying, MiB", round(verified.peakMiB)],
        ["a proof from cold tiles, ms (p50, p99)", `${round(proofs.p50Ms)}, ${round(proofs.p99Ms)}`],
        ["open after a clean stop, s", round(opened.seconds)],
        ["a session of 100,000 records: until its key is gone, ms", round(shredded.keyMs)],
        ["… until its blocks are gone, s", round(shredded.purgeSeconds)],
        ["restart after a kill with as much to integrate as there can be, s", round(crashed.seconds)],
        ["… which are records", crashed.pending.toLocaleString("en")],
      ],
    );
    const judged = [
      judge("a proof from cold tiles, p99 ms", proofs.p99Ms, 20, false),
      judge("a key is gone, ms", shredded.keyMs, 1000, false),
      judge("restart with a full write-ahead file, s", crashed.seconds, 1, false),
    ];
    printTable("Budgets", ["what", "value", "budget", ""], judged);
    return judged;
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function runStep(name, parameters) {
  const script = new URL("steps.mjs", import.meta.url).pathname;
  return new Promise((resolve, reject) => {
    const child = fork(script, [name, ...parameters], { stdio: ["ignore", 2, 2, "ipc"] });
    let answer;
    child.on("message", (message) => {
      answer = message;
    });
    child.on("exit", (code) => (answer ? resolve(answer) : reject(new Error(`${name} ended with ${code}`))));
  });
}
