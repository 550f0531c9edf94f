import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { quantile } from "../measure.mjs";
import { logPrefix } from "./contestants.mjs";

const SECONDS = "2";

/** One run of pgbench through one contestant: throughput, the median of single latencies, CPU of the proxy. */
export async function pgbench({ url, pid, name }, options, directory) {
  const prefix = logPrefix(directory, name);
  const before = cpuUs(pid);
  const output = await run([...options, "-n", "-T", SECONDS, "--log", "--log-prefix", prefix, url]);
  const used = cpuUs(pid) - before;
  const transactions = Number(/actually processed: (\d+)/.exec(output)[1]);
  const perSecond = Number(/tps = ([\d.]+) \(without/.exec(output)[1]);
  return { perSecond, p50Us: quantile(latencies(prefix), 0.5), cpuUs: used / transactions };
}

function run(parameters) {
  return new Promise((resolve, reject) => {
    execFile("pgbench", parameters, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout),
    );
  });
}

/** The third column of pgbench's log is the latency of one transaction in microseconds. */
function latencies(prefix) {
  const directory = dirname(prefix);
  const files = readdirSync(directory).filter((file) => file.startsWith(basename(prefix)));
  const values = [];
  for (const file of files) {
    for (const line of readFileSync(join(directory, file), "utf8").split("\n")) {
      const latency = Number(line.split(" ")[2]);
      if (latency > 0) values.push(latency);
    }
    rmSync(join(directory, file));
  }
  return values;
}

/** User and system time of all threads of a process, in microseconds (proc(5), stat; 100 ticks a second on Linux). */
function cpuUs(pid) {
  if (pid === undefined) return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
