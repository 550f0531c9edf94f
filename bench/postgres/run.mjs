import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { interleave, judge, median, medians, printTable, round } from "../measure.mjs";
import { contestants } from "./contestants.mjs";
import { pgbench } from "./pgbench.mjs";
import { startServer } from "./server.mjs";

/** `npm run bench -- postgres [--rounds N]`: the proxy beside a direct connection, pgbouncer and a bare pipe. */
export async function benchPostgres({ rounds = 5, directory }) {
  const base = mkdtempSync(join(directory, "bench-postgres-"));
  const server = await startServer();
  const ways = await contestants(server, base);
  const insert = join(base, "insert.sql");
  writeFileSync(insert, "\\set v random(1, 1000000)\nINSERT INTO bench_log (value) VALUES (:v);\n");
  const judged = [];
  const scenario = async (title, options) => {
    const runs = ways.map((way) => ({ name: way.name, run: () => pgbench(way, options, base) }));
    const results = await interleave(runs, rounds, (text) => process.stderr.write(`${title}, ${text}\n`));
    const of = Object.fromEntries([...results].map(([name, all]) => [name, medians(all)]));
    printTable(
      `${title} (load ${loadavg()[0].toFixed(2)})`,
      ["", "tps", "p50 us", "added us", "CPU us/transaction"],
      Object.entries(of).map(([name, m]) => [
        name,
        Math.round(m.perSecond),
        round(m.p50Us),
        round(m.p50Us - of.direct.p50Us),
        round(m.cpuUs),
      ]),
    );
    return of;
  };
  try {
    await warmUp(ways, insert, base);
    for (const [mode, addedMax, cpuMax] of [
      ["prepared", 30, 40],
      ["simple", 45, 55],
    ]) {
      const of = await scenario(`reads (-S), ${mode}, 1 client`, ["-S", "-M", mode, "-c", "1"]);
      judged.push(judge(`${mode}: added p50, us`, of.custody.p50Us - of.direct.p50Us, addedMax, false));
      judged.push(judge(`${mode}: CPU per statement, us`, of.custody.cpuUs, cpuMax, false));
      judged.push([
        `${mode}: CPU, in bare pipes`,
        round(of.custody.cpuUs / of["bare Node pipe"].cpuUs),
        "",
        "",
      ]);
    }
    for (const [clients, share] of [
      [8, 0.65],
      [32, 0.8],
    ]) {
      const of = await scenario(`reads (-S), prepared, ${clients} clients`, [
        "-S",
        "-M",
        "prepared",
        "-c",
        String(clients),
        "-j",
        "2",
      ]);
      judged.push(
        judge(
          `${clients} clients: tps / pgbouncer`,
          of.custody.perSecond / of.pgbouncer.perSecond,
          share,
          true,
        ),
      );
    }
    await scenario("transactions that write (-N), prepared, 1 client", ["-N", "-M", "prepared", "-c", "1"]);
    const of = await scenario("autocommit INSERT, prepared, 1 client", [
      "-f",
      insert,
      "-M",
      "prepared",
      "-c",
      "1",
    ]);
    const fdatasyncUs = fdatasyncMedian(base);
    judged.push(
      judge(
        `autocommit write: added p50, us (fdatasync ${round(fdatasyncUs)})`,
        of.custody.p50Us - of.direct.p50Us,
        Math.round(1.5 * fdatasyncUs + 60),
        false,
      ),
    );
  } finally {
    for (const way of ways) await way.stop();
    await server.stop();
    rmSync(base, { recursive: true, force: true });
  }
  printTable("Budgets", ["what", "value", "budget", ""], judged);
  return judged;
}

/**
 * What is claimed is the cost of a proxy that runs. In its first seconds a program in JavaScript is interpreted, and
 * compiled beside that; on two cores that is several times as much. So every way gets the same unmeasured runs first.
 */
async function warmUp(ways, insert, base) {
  const eight = ["-c", "8", "-j", "2"];
  for (const way of ways) {
    process.stderr.write(`warming up: ${way.name}\n`);
    for (const mode of ["prepared", "simple"])
      for (let run = 0; run < 3; run += 1) await pgbench(way, ["-S", "-M", mode, ...eight], base);
    await pgbench(way, ["-f", insert, "-M", "prepared", "-c", "1"], base);
  }
}

/** A frame's worth of bytes, written and fsynced into a preallocated file. */
function fdatasyncMedian(directory) {
  const descriptor = openSync(join(directory, "fdatasync"), "w");
  const bytes = Buffer.alloc(4096, 1);
  writeSync(descriptor, Buffer.alloc(4 * 1024 * 1024));
  fdatasyncSync(descriptor);
  const times = Array.from({ length: 500 }, (_, at) => {
    const start = performance.now();
    writeSync(descriptor, bytes, 0, bytes.length, at * 4096);
    fdatasyncSync(descriptor);
    return (performance.now() - start) * 1000;
  });
  closeSync(descriptor);
  return median(times);
}
