// Stores one large blob from a stream and reads it back, in a process of its own, and prints by how much its memory grew
// meanwhile. Arguments: directory, megabytes, and `text` or `noise`.
import { createCipheriv, createHash } from "node:crypto";
import { LedgerReader, masterKeyFromBytes, openLedger } from "../../dist/index.js";

const MiB = 1024 * 1024;
const [directory, megabytes, kind] = process.argv.slice(2);
const masterKey = masterKeyFromBytes(Buffer.alloc(32, 7));

const ledger = await openLedger({ directory, masterKey });
// What engine, allocator and zlib keep for good is not the question: only what grows with the blob.
await storeAndRead(8);
const { written, read, growth } = await storeAndRead(Number(megabytes));
process.stdout.write(`${JSON.stringify({ growth, isSame: written === read })}\n`);
await ledger.close();

async function storeAndRead(size) {
  const [source, drain] = [createHash("sha256"), createHash("sha256")];
  const before = process.memoryUsage.rss();
  let peak = before;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  async function* pieces() {
    for await (const piece of content(size)) {
      source.update(piece);
      look();
      yield piece;
    }
  }
  const scope = { project: "p", class: "session", session: `s${size}` };
  const reference = await ledger.putBlob(scope, pieces());
  const reader = await LedgerReader.open({ directory, masterKey });
  for await (const piece of reader.blob(reference)) {
    drain.update(piece);
    look();
  }
  return { growth: peak - before, read: drain.digest("hex"), written: source.digest("hex") };
}

/** Bytes that never come again, as they are, or as hexadecimal text, which compresses to half. */
async function* content(size) {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16));
  const zeroes = Buffer.alloc(kind === "text" ? MiB / 8 : MiB / 4);
  for (let left = size * MiB; left > 0; left -= MiB / 4) {
    const noise = cipher.update(zeroes);
    yield kind === "text" ? Buffer.from(noise.toString("hex"), "latin1") : noise;
  }
}
