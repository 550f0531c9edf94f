import { mkdtempSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { interleave, median, printTable, quantile, round } from "../measure.mjs";
import { custody } from "../postgres/contestants.mjs";
import { startServer } from "../postgres/server.mjs";
import { approverOf } from "./people.mjs";

const WRITES = 300;
const HOLDS = 40;
/** An approver's page is told of a hold; this one looks as often, and what that adds is in the numbers. */
const LOOK_MS = 5;

/**
 * `npm run bench -- approvals [--rounds N]`: what it costs that the rows of a write are limited, and how long it takes from a held
 * statement to its question, and from the answer to its end.
 */
export async function benchApprovals({ rounds = 5, directory }) {
  const base = mkdtempSync(join(directory, "bench-approvals-"));
  const server = await startServer();
  const unlimited = await custody(server, base);
  const limited = await custody(server, base, "production");
  try {
    await benchWrites({ limited, rounds, server, unlimited });
    await benchHolds(limited, server, rounds);
  } finally {
    await unlimited.stop();
    await limited.stop();
    await server.stop();
    rmSync(base, { force: true, recursive: true });
  }
}

/** One row each, committed by itself or in a transaction of ten. */
async function benchWrites({ limited, rounds, server, unlimited }) {
  const ways = [
    ["direct", server.url],
    ["Custody", unlimited.url],
    ["Custody, rows limited", limited.url],
  ];
  const clients = new Map();
  for (const [name, url] of ways) clients.set(name, await connected(url));
  for (const [title, write] of [
    ["one write", oneWrite],
    ["one write of ten in a transaction", inTransaction],
  ]) {
    const contestants = ways.map(([name]) => ({ name, run: () => write(clients.get(name)) }));
    await interleave(contestants, 1);
    const results = await interleave(contestants, rounds, (text) =>
      process.stderr.write(`${title}, ${text}\n`),
    );
    const of = (name) => median(results.get(name));
    printTable(
      `${title} (load ${loadavg()[0].toFixed(2)})`,
      ["", "p50 us", "added us", "times direct"],
      ways.map(([name]) => [
        name,
        round(of(name)),
        round(of(name) - of("direct")),
        round(of(name) / of("direct")),
      ]),
    );
  }
  for (const client of clients.values()) await client.end();
}

async function oneWrite(client) {
  const times = [];
  for (let at = 0; at < WRITES; at += 1)
    times.push(await timedUs(() => client.query("INSERT INTO bench_log (value) VALUES ($1)", [at])));
  return median(times);
}

async function inTransaction(client) {
  const times = [];
  for (let at = 0; at < WRITES / 10; at += 1) {
    const startedUs = nowUs();
    await client.query("BEGIN");
    for (let each = 0; each < 10; each += 1)
      await client.query("INSERT INTO bench_log (value) VALUES ($1)", [each]);
    await client.query("COMMIT");
    times.push((nowUs() - startedUs) / 10);
  }
  return median(times);
}

async function benchHolds(way, server, rounds) {
  const direct = await connected(server.url);
  await direct.query(
    "CREATE TABLE held (id int, n int); INSERT INTO held SELECT i, 0 FROM generate_series(1, 1000) i",
  );
  await direct.end();
  const approver = await approverOf(way);
  const client = await connected(way.url);
  const steps = { asked: [], said: [], done: [] };
  for (let at = 0; at < HOLDS * rounds; at += 1) {
    const { askedUs, doneUs, saidUs, sentUs } = await oneHold(client, approver);
    steps.asked.push(askedUs - sentUs);
    steps.said.push(saidUs - askedUs);
    steps.done.push(doneUs - askedUs);
    if (at % HOLDS === 0) process.stderr.write(`holds: ${at} of ${HOLDS * rounds}\n`);
  }
  await client.end();
  printTable(
    `a held UPDATE of 1,000 rows, simulated, approved and held to it; ${HOLDS * rounds} times (load ${loadavg()[0].toFixed(2)})`,
    ["", "p50 ms", "p95 ms"],
    [
      ["sent, until an approver sees it", steps.asked],
      ["the answer, until it is on record", steps.said],
      ["the answer, until the client has its own", steps.done],
    ].map(([name, times]) => [name, round(quantile(times, 0.5) / 1000), round(quantile(times, 0.95) / 1000)]),
  );
}

async function oneHold(client, approver) {
  const sentUs = nowUs();
  const done = client.query("UPDATE held SET n = n + 1").then(nowUs);
  let holds = await approver.waiting();
  while (holds.length === 0) {
    await sleep(LOOK_MS);
    holds = await approver.waiting();
  }
  const askedUs = nowUs();
  await approver.approve(holds[0]);
  return { askedUs, saidUs: nowUs(), sentUs, doneUs: await done };
}

async function timedUs(act) {
  const startedUs = nowUs();
  await act();
  return nowUs() - startedUs;
}

function nowUs() {
  return performance.now() * 1000;
}

async function connected(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
