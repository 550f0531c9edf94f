import { mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { LedgerReader, openLedger } from "@custody/ledger";
import { indexOptionsFor, openIndex, rebuildIndex } from "@custody/views";
import { judge, printTable, quantile, round } from "../measure.mjs";
import { measureErasure } from "./erasure.mjs";
import { statementRecords } from "./records.mjs";

const RECORDS = 1_000_000;
/** What goes through a real ledger, to see what reading it adds. */
const LEDGER_RECORDS = 100_000;
const QUESTIONS = 100;

/** `npm run bench -- index`: how fast the index follows, and how fast it answers at a million records. */
export async function benchIndex({ directory }) {
  const base = mkdtempSync(join(directory, "bench-index-"));
  try {
    const following = await followLedger(base);
    printErasure(await measureErasure(join(base, "ledger")));
    const { index, build } = await buildMillion(base);
    printTable(
      `The index follows (load ${loadavg()[0].toFixed(2)})`,
      ["", "records", "us/record", "CPU us/record", "bytes/record"],
      [following, build].map(({ name, records, us, cpuUs, bytes }) => [
        name,
        records,
        round(us),
        round(cpuUs),
        Math.round(bytes),
      ]),
    );
    const judged = [judge("following a ledger, CPU us/record", following.cpuUs, 25, false), ...ask(index)];
    index.close();
    printTable("Budgets", ["what", "value", "budget", ""], judged);
    return judged;
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function printErasure({ cpuMs, hiddenMs, longestMs, purgedMs, records }) {
  printTable(
    `A tenth of the sessions is destroyed (load ${loadavg()[0].toFixed(2)})`,
    ["records", "in no list after ms", "not in the file after ms", "CPU ms", "longest step ms"],
    [[records, round(hiddenMs), round(purgedMs), round(cpuMs), round(longestMs)]],
  );
}

async function followLedger(base) {
  const directory = join(base, "ledger");
  const ledger = await openLedger({ directory });
  let entries = [];
  for (const record of statementRecords(LEDGER_RECORDS)) {
    entries.push(entryOf(record));
    if (entries.length < 64) continue;
    await ledger.appendAll(entries, "written");
    entries = [];
  }
  await ledger.close();
  const reader = await LedgerReader.open({ directory });
  const options = indexOptionsFor(directory, reader);
  const measured = await timed(() => rebuildIndex(options));
  measured.answer.close();
  return figures("through the ledger", reader.size, measured, options.path);
}

/** A million records without a ledger around them, which would take longer to write than all the rest. */
async function buildMillion(base) {
  const path = join(base, "million", "records.db");
  const reader = recordsAsReader(RECORDS);
  const measured = await timed(async () => {
    const index = await openIndex({ key: Buffer.alloc(32, 1), path, reader });
    await index.follow();
    return index;
  });
  return { build: figures("from memory", RECORDS, measured, path), index: measured.answer };
}

async function timed(work) {
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const answer = await work();
  const { system, user } = process.cpuUsage(cpu);
  return { answer, cpuUs: system + user, us: (performance.now() - startedMs) * 1000 };
}

function figures(name, records, { cpuUs, us }, path) {
  return { bytes: statSync(path).size / records, cpuUs: cpuUs / records, name, records, us: us / records };
}

function entryOf(record) {
  return {
    payload: JSON.stringify(record),
    scope: { class: "session", project: record.project, session: record.session },
    sequence: record.source.sequence,
    session: record.session,
    source: `${record.source.instance}-${record.type === "db.statement.requested" ? "asked" : "ended"}`,
    timeMs: Math.floor(Date.parse(record.time)),
    type: record.type,
  };
}

/** As much of a `LedgerReader` as the index uses. */
function recordsAsReader(size) {
  const records = statementRecords(size);
  const entry = Buffer.alloc(32);
  return {
    async *entries(from, to) {
      for (let index = from; index < to; index += 1) {
        const record = records.next().value;
        const envelope = { k: record.session, sq: index, t: record.type, ts: 0 };
        yield { entry, envelope, index, payload: Buffer.from(JSON.stringify(record)) };
      }
    },
    envelope: async () => ({ entry, envelope: {} }),
    origin: "bench",
    refresh: async () => {},
    size,
  };
}

const KINDS = {
  "feed page": [{}],
  "two filters": [
    { agent: "agent-3", tier: "destructive" },
    { level: "warning", target: "crm" },
    { agent: "agent-5", table: "products" },
    { agent: "agent-1", type: "db.*.denied" },
  ],
  "full text": [
    { search: "shipped" },
    { search: "select" },
    { search: "word77" },
    { search: "user word5 insert" },
    { search: "user17@example.com" },
    { search: "nothing-of-the-kind" },
  ],
  "full text and a filter": [
    { search: "select", type: "db.statement.denied" },
    { agent: "agent-2", search: "shipped" },
    { level: "warning", search: "orders" },
    // They never meet: as far as the index can know, the next row could.
    { search: "select", tier: "write" },
    { search: "delete", since: "2025-10-09T08:55:00Z", until: "2025-10-09T08:55:20Z" },
  ],
};

/** Each kind of list, newest page and pages anywhere below, both views. */
function ask(index) {
  const rows = [];
  const judged = [];
  for (const [name, filters] of Object.entries(KINDS)) {
    const times = [];
    for (let at = 0; at < QUESTIONS * filters.length; at += 1) {
      const filter = filters[at % filters.length];
      const view = at % 3 === 0 ? "records" : "actions";
      const before = at % 2 === 0 ? index.cursor : Math.floor((index.cursor * ((at * 7919) % 100)) / 100);
      const startedMs = performance.now();
      index.list({ before, filter, limit: 50, view });
      times.push(performance.now() - startedMs);
    }
    rows.push([name, times.length, ...[0.5, 0.95, 1].map((q) => round(quantile(times, q)))]);
    judged.push(judge(`${name}, p95 ms`, quantile(times, 0.95), 20, false));
  }
  printTable(
    `Lists of 50 at ${index.cursor} records (load ${loadavg()[0].toFixed(2)})`,
    ["", "questions", "p50 ms", "p95 ms", "max ms"],
    rows,
  );
  return judged;
}
