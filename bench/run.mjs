// `npm run bench [-- ledger|blobs|postgres|policy|models|terminal|approvals|index|server|large] [--rounds N] [--dir DIR]`: every number that we claim, beside its peers, in one run.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    dir: { type: "string", default: tmpdir() },
    records: { type: "string" },
  },
});
const chosen =
  positionals.length > 0
    ? positionals
    : ["ledger", "blobs", "postgres", "policy", "models", "terminal", "approvals", "index", "server"];
const here = new URL(".", import.meta.url).pathname;

function prepare() {
  execFileSync("npm", ["run", "build"], { stdio: ["ignore", 2, 2] });
  // Only the ledger is measured beside packages of others.
  if (!chosen.includes("ledger") || existsSync(`${here}peers/node_modules`)) return;
  process.stderr.write("installing the peers (better-sqlite3 compiles, about a minute)\n");
  execFileSync("npm", ["ci"], { cwd: `${here}peers`, stdio: ["ignore", 2, 2] });
}

prepare();
console.log(
  `Node ${process.version}, ${cpus().length} cores, load ${loadavg()
    .map((one) => one.toFixed(2))
    .join(" ")}`,
);
const options = {
  rounds: Number(values.rounds),
  directory: values.dir,
  records: Number(values.records ?? 1_000_000),
};
// Ten million, and not by itself: it takes half an hour and ten gigabytes.
const largeOptions = { ...options, records: Number(values.records ?? 10_000_000) };
if (chosen.includes("ledger")) await (await import("./ledger/run.mjs")).benchLedger(options);
if (chosen.includes("blobs")) await (await import("./blobs/run.mjs")).benchBlobs(options);
if (chosen.includes("postgres")) await (await import("./postgres/run.mjs")).benchPostgres(options);
if (chosen.includes("policy")) await (await import("./policy/run.mjs")).benchPolicy(options);
if (chosen.includes("models")) await (await import("./models/run.mjs")).benchModels(options);
if (chosen.includes("terminal")) await (await import("./terminal/run.mjs")).benchTerminal(options);
if (chosen.includes("approvals")) await (await import("./approvals/run.mjs")).benchApprovals(options);
if (chosen.includes("index")) await (await import("./index/run.mjs")).benchIndex(options);
if (chosen.includes("large")) await (await import("./large/run.mjs")).benchLarge(largeOptions);
if (chosen.includes("server")) await (await import("./server/run.mjs")).benchServer(options);
