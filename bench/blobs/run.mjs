import { createCipheriv } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { formatBlobReference, LedgerReader, openLedger, verifyLedger } from "@custody/ledger";
import { judge, median, printTable, quantile, round } from "../measure.mjs";
import { conversation } from "./conversation.mjs";

const MiB = 1024 * 1024;

/** `npm run bench -- blobs`: what conversations take on the disk, and how fast large bodies go in and out. */
export async function benchBlobs({ rounds = 5, directory }) {
  const base = mkdtempSync(join(directory, "bench-blobs-"));
  try {
    const shares = [];
    const rows = [];
    for (const turns of [10, 50, 200]) {
      const { row, share } = await storeConversation(join(base, `turns-${turns}`), turns);
      rows.push(row);
      if (turns === 50) shares.push(share);
    }
    printTable(
      "Conversations, stored under one key",
      [
        "turns",
        "requests",
        "first / last",
        "requests stored",
        "gzip each",
        "responses",
        "all stored",
        "p50 ms a body",
        "p95 ms",
        "CPU ms/MB",
        "verify ms",
      ],
      rows,
    );
    const streamed = [];
    for (const kind of ["text", "noise"]) streamed.push(await stream(join(base, kind), kind, rounds));
    printTable(
      "One blob of 64 MiB, in and out",
      ["", "in MB/s", "in CPU ms/MB", "out MB/s", "out CPU ms/MB", "stored"],
      streamed,
    );
    printTable(
      "Budgets",
      ["what", "value", "budget", ""],
      shares.map((share) => judge("50 turns, stored / on the wire", share, 0.1, false)),
    );
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function storeConversation(directory, turns) {
  const bodies = [...conversation(turns, turns)];
  const requests = bodies.filter(({ kind }) => kind === "request");
  const onlyRequests = (await storeAll(join(directory, "requests"), requests)).stored;
  const { stored, latencies, cpuMs, verifyMs } = await storeAll(join(directory, "all"), bodies);
  const sum = (list) => list.reduce((total, { body }) => total + body.length, 0);
  const gzipped = requests.reduce((total, { body }) => total + gzipSync(body).length, 0);
  const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`;
  const row = [
    turns,
    `${round(sum(requests) / MiB)} MiB`,
    `${Math.round(requests[0].body.length / 1024)} / ${Math.round(requests.at(-1).body.length / 1024)} KiB`,
    percent(onlyRequests, sum(requests)),
    percent(gzipped, sum(requests)),
    `${round((sum(bodies) - sum(requests)) / MiB)} MiB`,
    percent(stored, sum(bodies)),
    round(median(latencies)),
    round(quantile(latencies, 0.95)),
    round(cpuMs / (sum(bodies) / 1e6)),
    Math.round(verifyMs),
  ];
  return { row, share: stored / sum(bodies) };
}

/** Stores bodies one after the other, then records that name them, and checks that all can be read. */
async function storeAll(directory, bodies) {
  const ledger = await openLedger({ directory });
  const scope = { project: "default", class: "session", session: "s-1" };
  const latencies = [];
  const references = [];
  const cpu = process.cpuUsage();
  for (const { body } of bodies) {
    const start = performance.now();
    references.push(await ledger.putBlob(scope, body));
    latencies.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(cpu);
  const entry = { type: "model.called", timeMs: Date.now(), scope, source: "bench" };
  const entries = references.map((reference, sequence) => ({
    ...entry,
    sequence,
    payload: formatBlobReference(reference),
  }));
  await ledger.appendAll(entries, "durable");
  await ledger.close();
  const reader = await LedgerReader.open({ directory });
  for (const [at, reference] of references.entries()) {
    const pieces = [];
    for await (const piece of reader.blob(reference)) pieces.push(piece);
    if (!Buffer.concat(pieces).equals(bodies[at].body)) throw new Error(`body ${at} is not what was stored`);
  }
  const start = performance.now();
  const listBlobs = (payload) => (payload.includes("blob1:") ? [payload.toString()] : []);
  const { ok, findings } = await verifyLedger({ directory, listBlobs });
  const verifyMs = performance.now() - start;
  if (!ok) throw new Error(`the bench's own ledger does not verify: ${JSON.stringify(findings[0])}`);
  return { stored: packedBytes(directory), latencies, cpuMs: (user + system) / 1000, verifyMs };
}

async function stream(directory, kind, rounds) {
  const ledger = await openLedger({ directory });
  const pieces = makeContent(kind);
  const rows = [];
  for (let at = 0; at < rounds; at += 1) {
    const scope = { project: "default", class: "session", session: `${at}` };
    const stored = packedBytes(directory);
    let reference;
    const into = await timed(async () => {
      reference = await ledger.putBlob(scope, Readable.from(pieces));
    });
    const reader = await LedgerReader.open({ directory });
    const out = await timed(async () => {
      for await (const piece of reader.blob(reference)) if (piece.length === 0) throw new Error("no piece");
    });
    rows.push([into.perSecond, into.cpuMs, out.perSecond, out.cpuMs, packedBytes(directory) - stored]);
    process.stderr.write(`${kind}, round ${at + 1}/${rounds}\n`);
  }
  await ledger.close();
  const of = (column) => median(rows.map((row) => row[column]));
  const share = `${((100 * of(4)) / BLOB_BYTES).toFixed(1)} %`;
  return [kind, Math.round(of(0)), round(of(1)), Math.round(of(2)), round(of(3)), share];
}

const BLOB_BYTES = 64 * MiB;

function makeContent(kind) {
  if (kind === "noise") {
    const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
    return Array.from({ length: 256 }, () => cipher.update(Buffer.alloc(BLOB_BYTES / 256)));
  }
  // A long recording: much of it resembles what came before, and nothing comes again as it was.
  let text = "";
  for (let turn = 1; text.length < BLOB_BYTES; turn += 1)
    for (const { body, kind: what } of conversation(40, turn)) if (what === "response") text += body;
  const bytes = Buffer.from(text, "latin1").subarray(0, BLOB_BYTES);
  return Array.from({ length: 256 }, (_, at) =>
    bytes.subarray((at * BLOB_BYTES) / 256, ((at + 1) * BLOB_BYTES) / 256),
  );
}

async function timed(work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const megabytes = BLOB_BYTES / 1e6;
  return { perSecond: megabytes / seconds, cpuMs: (user + system) / 1000 / megabytes };
}

function packedBytes(directory) {
  const root = join(directory, "blobs");
  const names = readdirSync(directory).includes("blobs")
    ? readdirSync(root, { recursive: true }).map(String)
    : [];
  return names
    .filter((name) => name.endsWith(".pack"))
    .reduce((sum, name) => sum + statSync(join(root, name)).size, 0);
}
