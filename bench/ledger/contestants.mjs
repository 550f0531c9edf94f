import { hash } from "node:crypto";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openLedger } from "@custody/ledger";
import { event } from "./event.mjs";

/** How long one contestant appends in one round. */
const ROUND_MS = 1500;

/** Our ledger: `waiting` appenders in a closed loop; every append is encrypted, chained, in the tree, and fsynced. */
export async function custody(directory, waiting) {
  const ledger = await openLedger({ directory: join(directory, `custody-${waiting}`) });
  let sequence = 0;
  return {
    name: "custody",
    run: () =>
      closedLoop(waiting, () => {
        sequence += 1;
        const payload = JSON.stringify(event(sequence));
        return ledger.append({
          type: "db.statement.completed",
          timeMs: Date.now(),
          scope: { project: "default", class: "session", session: "s-1" },
          session: "s-1",
          source: "bench",
          sequence,
          payload,
        });
      }),
    close: () => ledger.close(),
  };
}

/** better-sqlite3, WAL, synchronous=FULL: a bare hash chain in rows; one transaction for each `waiting` events. No encryption, no tree. */
export async function sqlite(directory, waiting) {
  const { default: Database } = await import("../peers/node_modules/better-sqlite3/lib/index.js");
  const database = new Database(join(directory, `sqlite-${waiting}.db`));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec("CREATE TABLE log (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, event TEXT NOT NULL)");
  const insert = database.prepare("INSERT INTO log (hash, event) VALUES (?, ?)");
  let previous = "";
  let sequence = 0;
  const commit = database.transaction(() => {
    for (let at = 0; at < waiting; at += 1) {
      sequence += 1;
      const text = JSON.stringify(event(sequence));
      previous = hash("sha256", previous + text, "hex");
      insert.run(Buffer.from(previous, "hex"), text);
    }
  });
  return {
    name: "better-sqlite3",
    run: () => batchLoop(waiting, async () => commit()),
    close: async () => database.close(),
  };
}

/** hypercore: Merkle tree and signature for each batch, but no fsync. */
export async function hypercore(directory, waiting) {
  const { default: Hypercore } = await import("../peers/node_modules/hypercore/index.js");
  const core = new Hypercore(join(directory, `hypercore-${waiting}`), { valueEncoding: "utf-8" });
  await core.ready();
  let sequence = 0;
  const commit = async () => {
    const batch = [];
    for (let at = 0; at < waiting; at += 1) {
      sequence += 1;
      batch.push(JSON.stringify(event(sequence)));
    }
    await core.append(batch);
  };
  return { name: "hypercore", run: () => batchLoop(waiting, commit), close: () => core.close() };
}

/** The floor: the same bytes, written and fsynced into a preallocated file, with no work at all. */
export async function floor(directory, waiting) {
  const bytes = Buffer.alloc(waiting * 1330, 1);
  const size = Math.max(64 * 1024 * 1024, bytes.length);
  const descriptor = openSync(join(directory, `floor-${waiting}`), "w");
  writeSync(descriptor, Buffer.alloc(size));
  fdatasyncSync(descriptor);
  let position = 0;
  const commit = async () => {
    if (position + bytes.length > size) position = 0;
    writeSync(descriptor, bytes, 0, bytes.length, position);
    fdatasyncSync(descriptor);
    position += bytes.length;
  };
  return {
    name: "write + fdatasync",
    run: () => batchLoop(waiting, commit),
    close: async () => closeSync(descriptor),
  };
}

async function closedLoop(waiting, append) {
  const latencies = [];
  const end = performance.now() + ROUND_MS;
  let count = 0;
  const worker = async () => {
    while (performance.now() < end) {
      const start = performance.now();
      await append();
      latencies.push(performance.now() - start);
      count += 1;
    }
  };
  return measured(
    () => Promise.all(Array.from({ length: waiting }, worker)),
    () => count,
    latencies,
  );
}

async function batchLoop(waiting, commit) {
  const latencies = [];
  const end = performance.now() + ROUND_MS;
  let count = 0;
  const work = async () => {
    while (performance.now() < end) {
      const start = performance.now();
      await commit();
      latencies.push(performance.now() - start);
      count += waiting;
      if (count % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return measured(work, () => count, latencies);
}

async function measured(work, count, latencies) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  return {
    perSecond: count() / seconds,
    p50Ms: latencies[Math.floor(latencies.length / 2)],
    p99Ms: latencies[Math.floor(latencies.length * 0.99)],
    cpuUs: (used.user + used.system) / count(),
  };
}
