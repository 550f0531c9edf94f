import { monitorEventLoopDelay } from "node:perf_hooks";
import { LedgerReader, openLedger } from "@custody/ledger";
import { indexOptionsFor, openIndex } from "@custody/views";

/** Every so many-th session is destroyed. */
const SESSIONS = 10;

/** How long it takes until an index has forgotten a tenth of the sessions of the ledger in `directory`. */
export async function measureErasure(directory) {
  const reader = await LedgerReader.open({ directory });
  const index = await openIndex(indexOptionsFor(directory, reader));
  await index.follow();
  const before = index.list({ filter: {}, limit: 1, view: "records" }).size;
  await eraseSessions(directory);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  await index.follow();
  const hiddenMs = performance.now() - startedMs;
  await index.purged();
  const purgedMs = performance.now() - startedMs;
  delay.disable();
  const { system, user } = process.cpuUsage(cpu);
  index.close();
  return { cpuMs: (system + user) / 1000, hiddenMs, longestMs: delay.max / 1e6, purgedMs, records: before };
}

async function eraseSessions(directory) {
  const ledger = await openLedger({ directory });
  const keys = [];
  let sessions = 0;
  for await (const { id, scope } of ledger.keys()) {
    if (scope.class !== "session") continue;
    if (sessions % SESSIONS === 0) keys.push(id);
    sessions += 1;
  }
  const order = { by: "bench", from: 0, keys, reason: "to see how long it takes", rule: "bench" };
  await (await ledger.erase(order)).purged;
  await ledger.close();
}
