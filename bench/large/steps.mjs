import { execFileSync } from "node:child_process";
import { cpSync, renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LedgerReader, nodeDisk, openLedger, verifyLedger } from "@custody/ledger";
import { quantile } from "../measure.mjs";

const [name, base, ...parameters] = process.argv.slice(2);
const directory = join(base, "ledger");
const DOOMED = 100_000;

const payloadOf = (at) =>
  JSON.stringify({ at, say: `the small record number ${at}`, level: "info", ok: true });
const entryOf = (sequence, session, source) => ({
  type: "db.statement.completed",
  timeMs: Date.now(),
  scope: Object.freeze({ project: "default", class: "session", session }),
  session,
  source,
  sequence,
  payload: payloadOf(sequence),
});

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 100);
const answer = (values) => {
  clearInterval(watch);
  process.send({ peakMiB: Math.max(peak, process.memoryUsage.rss()) / 2 ** 20, ...values }, () =>
    process.exit(0),
  );
};

/** The pages of these files leave the kernel's cache, where that may be asked for. */
function makeCold() {
  try {
    execFileSync("sh", ["-c", "sync; echo 3 > /proc/sys/vm/drop_caches"], { stdio: "ignore" });
  } catch {
    process.stderr.write("the kernel's cache cannot be dropped here: the proofs are not from cold tiles\n");
  }
}

const steps = {
  async fill(records) {
    const ledger = await openLedger({ directory });
    const start = performance.now();
    const count = Number(records);
    const sessions = Math.max(1, Math.floor((count - DOOMED) / 50_000));
    for (let at = 0; at < count; ) {
      const entries = [];
      for (let many = 0; many < 1000 && at < count; many += 1, at += 1) {
        // One session's records stand together, as they do; the one that will go is in the middle.
        const isDoomed = at >= count / 2 && at < count / 2 + DOOMED;
        entries.push(entryOf(at, isDoomed ? "doomed" : `s${Math.floor((at / count) * sessions)}`, "bench"));
      }
      await ledger.appendAll(entries, at % 8000 === 0 ? "durable" : "written");
      if (at % 500_000 === 0) process.stderr.write(`${at} of ${count}\n`);
    }
    const seconds = (performance.now() - start) / 1000;
    await ledger.close();
    answer({ payloadBytes: payloadOf(count - 1).length, seconds });
  },
  async prove(count) {
    const times = [];
    makeCold();
    const reader = await LedgerReader.open({ directory });
    for (let at = 0; at < Number(count); at += 1) {
      const index = Math.floor(Math.random() * reader.size);
      const start = performance.now();
      await reader.prove(index);
      times.push(performance.now() - start);
    }
    answer({ p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) });
  },
  async open() {
    const start = performance.now();
    const ledger = await openLedger({ directory });
    const seconds = (performance.now() - start) / 1000;
    await ledger.close();
    answer({ seconds });
  },
  async verify(what) {
    const key = join(directory, "keys/master.key");
    if (what === "tree") renameSync(key, `${key}.away`);
    const start = performance.now();
    const report = await verifyLedger({
      directory,
      onProgress: (checked, size) => process.stderr.write(`${checked} of ${size}\r`),
    });
    const perSecond = report.size / ((performance.now() - start) / 1000);
    if (what === "tree") renameSync(`${key}.away`, key);
    if (!report.ok) throw new Error(JSON.stringify(report.findings[0]));
    answer({ perSecond });
  },
  async shred() {
    const ledger = await openLedger({ directory });
    const keys = [];
    for await (const { id, scope } of ledger.keys()) if (scope.session === "doomed") keys.push(id);
    const start = performance.now();
    const { purged } = await ledger.erase({
      by: "bench",
      from: 0,
      keys,
      reason: "bench",
      rule: "bench",
      to: ledger.size,
    });
    const keyMs = performance.now() - start;
    await purged;
    const purgeSeconds = (performance.now() - start) / 1000;
    await ledger.close();
    answer({ keyMs, purgeSeconds });
  },
  /** A copy of the directory while it is written stands for a kill: what it finds is what a kill would leave. */
  async restart() {
    const full = join(base, "full");
    const ledger = await openLedger({
      directory: full,
      disk: { ...nodeDisk, replace: neverTheTree },
      checkpointIntervalMs: 3_600_000,
    });
    // Until the ledger lets nobody in any more: that much, and not more, is ever there to be integrated at a start.
    let pending = 0;
    for (let isFull = false; !isFull; ) {
      const from = pending;
      const entries = Array.from({ length: 1000 }, (_, offset) => entryOf(from + offset, "s", "bench"));
      const appended = ledger.appendAll(entries, "durable").then(() => false);
      isFull = await Promise.race([appended, sleep(2000, true)]);
      if (!isFull) pending += entries.length;
    }
    const copy = join(base, "killed");
    cpSync(full, copy, { recursive: true, filter: (path) => !/lock\.\d+$/.test(path) });
    makeCold();
    const start = performance.now();
    const again = await openLedger({ directory: copy });
    const seconds = (performance.now() - start) / 1000;
    await again.close();
    answer({ pending, seconds });
  },
};

/** Integration goes as far as the state of the tree, so the write-ahead file fills up. */
async function neverTheTree(path, ...rest) {
  if (path.endsWith("/tree")) await new Promise(() => {});
  return nodeDisk.replace(path, ...rest);
}

await steps[name](...parameters);
