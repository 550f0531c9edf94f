import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { openLedger, verifyLedger } from "@custody/ledger";
import { interleave, judge, medians, printTable, round } from "../measure.mjs";
import { custody, floor, hypercore, sqlite } from "./contestants.mjs";
import { event } from "./event.mjs";

/** `npm run bench -- ledger [--rounds N]`: the ledger beside its peers, on the same disk, in the same run. */
export async function benchLedger({ rounds = 5, directory }) {
  const base = mkdtempSync(join(directory, "bench-ledger-"));
  const judged = [];
  try {
    for (const waiting of [1, 64, 1024]) judged.push(...(await appendAt(waiting, base, rounds)));
    judged.push(...(await verifyRate(base)));
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
  printTable("Budgets (medians of ratios' parts)", ["what", "value", "budget", ""], judged);
  return judged;
}

async function appendAt(waiting, base, rounds) {
  const makers = waiting === 64 ? [custody, sqlite, floor] : [custody, sqlite, hypercore, floor];
  const contestants = [];
  for (const make of makers) contestants.push(await make(base, waiting));
  const results = await interleave(contestants, rounds, (text) =>
    process.stderr.write(`${waiting} waiting, ${text}\n`),
  );
  for (const contestant of contestants) await contestant.close();
  const of = Object.fromEntries([...results].map(([name, all]) => [name, medians(all)]));
  printTable(
    `Durable append, 1 KiB events, ${waiting} waiting (load ${loadavg()[0].toFixed(2)})`,
    ["", "entries/s", "p50 ms", "p99 ms", "CPU us/entry"],
    Object.entries(of).map(([name, m]) => [
      name,
      Math.round(m.perSecond),
      round(m.p50Ms),
      round(m.p99Ms),
      round(m.cpuUs),
    ]),
  );
  const toSqlite = of.custody.perSecond / of["better-sqlite3"].perSecond;
  const judged = [
    judge(`append @${waiting} / better-sqlite3`, toSqlite, { 1: 0.7, 64: 1.0, 1024: 1.2 }[waiting], true),
  ];
  if (waiting === 1)
    judged.push(
      judge(
        "p50 of one append / write + fdatasync",
        of.custody.p50Ms / of["write + fdatasync"].p50Ms,
        1.3,
        false,
      ),
    );
  if (waiting === 1024)
    judged.push(judge("append @1024 / hypercore", of.custody.perSecond / of.hypercore.perSecond, 1.3, true));
  return judged;
}

async function verifyRate(base) {
  const directory = join(base, "verify");
  const ledger = await openLedger({ directory });
  const count = 200_000;
  for (let sequence = 0; sequence < count; sequence += 1) {
    const entry = {
      type: "db.statement.completed",
      timeMs: Date.now(),
      scope: { project: "default", class: "session", session: "s-1" },
      session: "s-1",
      source: "bench",
      sequence,
      payload: JSON.stringify(event(sequence)),
    };
    if (sequence % 2000 === 1999) await ledger.append(entry);
    else await ledger.appendAll([entry], "queued");
  }
  await ledger.close();
  const decrypted = await timed(() => verifyLedger({ directory }));
  // Without the master key only tree, chain, tiles and block digests are checked.
  const bare = join(base, "verify-bare");
  cpSync(directory, bare, { recursive: true });
  rmSync(join(bare, "keys", "master.key"));
  const tree = await timed(() => verifyLedger({ directory: bare }));
  printTable(
    "Verification, one thread, 1 KiB events",
    ["", "entries/s"],
    [
      ["everything decrypted", Math.round(decrypted)],
      ["tree and blocks, no key", Math.round(tree)],
    ],
  );
  return [
    judge("verify, decrypted, entries/s", decrypted, 150_000, true),
    judge("verify, tree only, entries/s", tree, 800_000, true),
  ];
}

async function timed(verify) {
  let best = 0;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const start = performance.now();
    const report = await verify();
    if (!report.ok)
      throw new Error(`the bench's own ledger does not verify: ${JSON.stringify(report.findings[0])}`);
    best = Math.max(best, report.size / ((performance.now() - start) / 1000));
  }
  return best;
}
