import { execFileSync, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { interleave, judge, median, printTable, round } from "../measure.mjs";
import { custody } from "../postgres/contestants.mjs";
import { pgbench } from "../postgres/pgbench.mjs";
import { startServer } from "../postgres/server.mjs";
import { api, indexed, timeRequests } from "./api.mjs";
import { actionToVisible, openFeed } from "./visible.mjs";
import { workerOf } from "./worker-process.mjs";

const command = new URL("../../apps/cli/bin/custody.mjs", import.meta.url).pathname;
const REQUESTS = 200;

/** `npm run bench -- server [--rounds N] [--records N]`: index, API and page, and what they cost the data path. */
export async function benchServer({ rounds = 5, directory, records = 1_000_000 }) {
  const folder = mkdtempSync(join(directory, "bench-server-"));
  const database = await startServer();
  const running = await custody(database, folder);
  const ask = api(running);
  const judged = [];
  try {
    await fill(running, ask, records, folder);
    judged.push(...(await lists(running, ask, folder)));
    const { url } = JSON.parse(
      execFileSync(process.execPath, [command, "open", "--print", "--json"], { cwd: running.base }),
    );
    const { browser, page } = await openFeed(url, folder);
    const quiet = await actionToVisible(page, running.url, 100);
    judged.push(judge("action to visible, p95 ms", quiet.p95, 250, false));
    judged.push(...(await beside(running, ask, rounds, folder)));
    await browser.close();
  } finally {
    await running.stop();
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  printTable(
    `Server, ${records} records (load ${loadavg()[0].toFixed(2)})`,
    ["what", "value", "budget", ""],
    judged,
  );
  return judged;
}

/** Real statements through the proxy, until the ledger has enough; then the index follows to its end. */
async function fill(running, ask, records, folder) {
  for (;;) {
    const { ledger } = await ask("/api/status");
    process.stderr.write(`filling: ${ledger.size} of ${records} records\n`);
    if (ledger.size >= records) break;
    await pgbench(running, ["-S", "-M", "prepared", "-c", "8"], folder);
  }
  await pgbench(running, ["-N", "-c", "2"], folder);
  await indexed(ask, (cursor, size) => process.stderr.write(`indexing: ${cursor} of ${size}\n`));
}

/** Lists while one client of pgbench keeps the proxy busy. */
async function lists(running, ask, folder) {
  let isDone = false;
  const load = (async () => {
    while (!isDone) await pgbench(running, ["-S", "-M", "prepared", "-c", "1"], folder);
  })();
  const found = [...(await doingNothing())];
  for (const [name, path] of [
    ["feed page", "/api/records?limit=50"],
    ["two filters", "/api/records?limit=50&target=shop&tier=write"],
    ["full text", "/api/records?limit=50&search=pgbench_history"],
    ["full text and filter", "/api/records?limit=50&search=abalance&level=info"],
    ["deep page", (at) => `/api/records?limit=50&before=${1000 + at * 4000}`],
  ]) {
    const { p50, p95, rows } = await timeRequests(ask, path, REQUESTS);
    found.push([`${name}: p50 ms (${rows} rows)`, round(p50), "", ""]);
    found.push(judge(`${name}: p95 ms`, p95, 20, false));
  }
  isDone = true;
  await load;
  return found;
}

/** What a list would take if there was nothing to do for it. */
async function doingNothing() {
  const bare = fork(new URL("bare.mjs", import.meta.url));
  try {
    const port = await new Promise((resolve) => bare.once("message", resolve));
    const ask = async () => (await fetch(`http://127.0.0.1:${port}/`)).json();
    const { p50, p95 } = await timeRequests(ask, "", REQUESTS);
    return [
      ["a server that does nothing: p50 ms", round(p50), "", ""],
      ["a server that does nothing: p95 ms", round(p95), "", ""],
    ];
  } finally {
    bare.kill();
  }
}

/** The proxy with its worker stopped (SIGSTOP), and with index, page and an endless search running. */
async function beside(running, ask, rounds, folder) {
  const worker = workerOf(running.pid);
  let isSearching = false;
  const search = async () => {
    while (isSearching) await ask("/api/records?limit=500&search=select");
  };
  const modes = [
    ["reads, prepared", ["-S", "-M", "prepared", "-c", "1"]],
    ["reads, simple", ["-S", "-M", "simple", "-c", "1"]],
    ["writes", ["-N", "-M", "prepared", "-c", "1"]],
  ];
  const judged = [];
  for (const [name, options] of modes) {
    const alone = async () => {
      process.kill(worker, "SIGSTOP");
      try {
        return await pgbench(running, options, folder);
      } finally {
        process.kill(worker, "SIGCONT");
        await sleep(500);
        await indexed(ask);
      }
    };
    const together = async () => {
      isSearching = true;
      const searching = search();
      try {
        return await pgbench(running, options, folder);
      } finally {
        isSearching = false;
        await searching;
      }
    };
    const results = await interleave(
      [
        { name: "alone", run: alone },
        { name: "together", run: together },
      ],
      rounds,
      (text) => process.stderr.write(`${name}, ${text}\n`),
    );
    const p50 = (of) => median(results.get(of).map(({ p50Us }) => p50Us));
    judged.push([`${name}: p50 us alone`, round(p50("alone")), "", ""]);
    judged.push(
      judge(`${name}: p50 with index, page and search / alone`, p50("together") / p50("alone"), 1.1, false),
    );
  }
  return judged;
}
