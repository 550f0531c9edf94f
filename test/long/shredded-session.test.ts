import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { type ErasureOrder, type Ledger, LedgerReader, openLedger, verifyLedger } from "@custody/ledger";
import { indexOptionsFor, openIndex, rebuildIndex } from "@custody/views";
import { afterAll, expect, test } from "vitest";
import { MARKS, markedRecords } from "../../packages/views/src/testing/marked-records.ts";
import { randomRecords } from "../../packages/views/src/testing/random-records.ts";
import { rawContent } from "../../packages/views/src/testing/raw-content.ts";
import { appendRecords } from "../../packages/views/src/testing/record-ledger.ts";
import { needGoVerifier, runGoVerifier } from "../c2sp/go-verifier.ts";
import { openEverything } from "./decryptable.ts";

const RECORDS = 100_000;
const OTHERS = 20_000;
const BATCH = 1000;
/** How long an order may take until nobody can read what it names. */
const KEY_GONE_MS_MAX = 1000;
const SEGMENT_BYTES = 4 * 1024 * 1024;

/** Words that only blobs have. */
const BLOB = "platypusblob";
const KEPT_BLOB = "wombatblob";
/** A word of the other records. */
const KEPT = "order_items";
/** Terms of the index lack what they begin with in common with their neighbours; so do we. */
const DOOMED = [...Object.values(MARKS), BLOB].map((mark) => mark.slice(3));

const folder = mkdtempSync(join(tmpdir(), "custody-shredded-"));
const directory = join(folder, "data");
afterAll(() => rmSync(folder, { force: true, recursive: true }));

const scope = { class: "session", project: MARKS.project, session: MARKS.session };
const keptScope = { class: "session", project: "default", session: "kept" };

function open(checkpointIntervalMs = 200): Promise<Ledger> {
  return openLedger({ checkpointIntervalMs, directory, segmentBytes: SEGMENT_BYTES });
}

async function indexOptions() {
  return indexOptionsFor(directory, await LedgerReader.open({ directory }));
}

async function fill(ledger: Ledger): Promise<void> {
  const doomed = from("doomed", markedRecords(2, RECORDS));
  const others = from("others", randomRecords(1, OTHERS));
  // Between each other, so that every bundle, segment and page has both.
  for (let at = 0, other = 0; at < RECORDS; at += BATCH) {
    await appendRecords(ledger, doomed.slice(at, at + BATCH));
    await appendRecords(ledger, others.slice(other, other + BATCH * (OTHERS / RECORDS)));
    other += BATCH * (OTHERS / RECORDS);
  }
  for (let at = 0; at < 20; at += 1) {
    await ledger.putBlob(scope, Buffer.from(`${at} ${BLOB} `.repeat(2000)));
    await ledger.putBlob(keptScope, Buffer.from(`${at} ${KEPT_BLOB} `.repeat(2000)));
  }
  // What comes last stands in the write-ahead segment, too.
  await appendRecords(ledger, from("doomed at last", markedRecords(3, BATCH)));
}

/** Each source counts for itself. */
function from(instance: string, records: readonly AuditRecord[]): AuditRecord[] {
  return records.map((record) => ({ ...record, source: { ...record.source, instance } }));
}

/** By kind of place, which of these words can be read there by somebody who has the directory and all keys in it. */
async function findable(words: readonly string[]): Promise<Record<string, readonly string[]>> {
  const found = new Map<string, Set<string>>();
  const look = (place: string, bytes: Buffer) => {
    const words_ = found.get(place) ?? new Set();
    found.set(place, words_);
    for (const word of words) if (!words_.has(word) && bytes.includes(word)) words_.add(word);
  };
  await openEverything(directory, (file, bytes) =>
    look(
      file
        .split("/")
        .slice(0, file.startsWith(".") ? 2 : 1)
        .join("/"),
      bytes,
    ),
  );
  const { key, path } = await indexOptions();
  const { pages, rows } = rawContent(path, key);
  look("index pages", pages);
  look("index rows", Buffer.from(rows.toLowerCase(), "latin1"));
  return Object.fromEntries(
    [...found].filter(([, words_]) => words_.size > 0).map(([place, words_]) => [place, [...words_].sort()]),
  );
}

async function orderFor(ledger: Ledger): Promise<ErasureOrder> {
  const keys: string[] = [];
  for await (const { id, scope } of ledger.keys()) if (scope.session === MARKS.session) keys.push(id);
  return { by: "tester", from: 0, keys, reason: "asked for", rule: "by hand", to: ledger.size - 1 };
}

async function follow(): Promise<void> {
  const index = await openIndex(await indexOptions());
  await index.follow();
  await index.purged();
  index.close();
}

test("a session of a hundred thousand records is nowhere any more, and the log is the same", {
  timeout: 1_800_000,
}, async (context) => {
  needGoVerifier(context);
  const ledger = await open();
  await fill(ledger);
  const old = join(folder, "checkpoint");
  const checkpoint = await ledger.checkpoint();
  writeFileSync(old, checkpoint);
  await follow();
  const { verifierKey } = ledger;
  expect(runGoVerifier(directory, verifierKey)).toMatchObject({ accepted: true });
  expect(await verifyLedger({ directory })).toMatchObject({ findings: [], shredded: 0 });

  const before = await findable([...DOOMED, KEPT, KEPT_BLOB]);
  const inRecords = [...Object.values(MARKS)].map((mark) => mark.slice(3));
  expect(before["payload"]).toEqual(expect.arrayContaining([...inRecords, KEPT]));
  expect(before[".state/wal"]).toEqual(expect.arrayContaining(inRecords));
  expect(before["blobs"]).toEqual([BLOB.slice(3), KEPT_BLOB].sort());
  expect(before["index pages"]).toEqual(expect.arrayContaining([...inRecords, KEPT]));
  expect(before["index rows"]).toEqual(expect.arrayContaining([...inRecords, KEPT]));

  const order = await orderFor(ledger);
  expect(order.keys).toHaveLength(1);
  const seen: number[] = [];
  const began = performance.now();
  const erasing = await ledger.erase(order, (bundles, of) => seen.push(bundles / of));
  const tookMs = performance.now() - began;
  expect(ledger.scopeOf(order.keys[0] as string)).toBeUndefined();
  expect(tookMs).toBeLessThan(KEY_GONE_MS_MAX);
  console.log(`the key was gone after ${tookMs.toFixed(0)} ms`);
  const stopped = erasing.purged.then(
    () => "done",
    (error: { code: string }) => error.code,
  );
  await expect.poll(() => seen.length, { timeout: 60_000 }).toBeGreaterThan(0);
  await ledger.close();
  // It was stopped in the middle, and goes on.
  expect([await stopped, seen.every((part) => part < 1)]).toEqual(["LEDGER_CLOSED", true]);
  const again = await open();
  await expect.poll(() => existsSync(join(directory, ".state/erasure")), { timeout: 120_000 }).toBe(false);
  await again.checkpoint();
  await follow();

  expect(runGoVerifier(directory, verifierKey, old)).toMatchObject({ accepted: true });
  const after = await verifyLedger({ checkpoint, directory });
  expect(after).toMatchObject({ findings: [], shredded: RECORDS + BATCH });
  const left = await findable([...DOOMED, KEPT, KEPT_BLOB]);
  for (const [place, words] of Object.entries(left))
    expect([place, words.filter((word) => DOOMED.includes(word))]).toEqual([place, []]);
  expect(left).toMatchObject({
    blobs: [KEPT_BLOB],
    "index pages": [KEPT],
    "index rows": [KEPT],
    payload: [KEPT],
  });

  (await rebuildIndex(await indexOptions())).close();
  const rebuilt = await findable(DOOMED);
  expect(rebuilt).toEqual({});
  await again.close();
  expect(await findable(DOOMED)).toEqual({});
});
