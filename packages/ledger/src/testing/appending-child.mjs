// Appends until it is killed, and says on its standard output what was acknowledged: `written 12`, `durable 13`.
// Runs on the compiled package, as a program that uses it does. Arguments: directory, name of the run, and perhaps `once`,
// to say `open` and then do nothing, or `blobs`, to store blobs: `stored 3 blob1:…` says which of them is durable.
import { createCipheriv } from "node:crypto";
import { writeSync } from "node:fs";
import { formatBlobReference, masterKeyFromBytes, openLedger } from "../../dist/index.js";

const [directory, run, mode] = process.argv.slice(2);
const masterKey = masterKeyFromBytes(Buffer.alloc(32, 7));

try {
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 64 * 1024, checkpointIntervalMs: 5 });
  writeSync(1, "open\n");
  if (mode === "once") setInterval(() => {}, 1000);
  else if (mode === "blobs") await Promise.all([0, 1, 2].map((first) => store(ledger, first)));
  else
    for (let at = 0; ; at += 20)
      await Promise.all(Array.from({ length: 20 }, (_, n) => append(ledger, at + n)));
} catch (error) {
  writeSync(1, `${error.code}\n`);
}

async function append(ledger, at) {
  const safety = at % 4 === 0 ? "written" : "durable";
  const scope = { project: "p", class: "session", session: `s${at % 3}` };
  const payload = `${run} ${at}`;
  await ledger.append(
    { type: "test.entry", timeMs: Date.now(), scope, source: run, sequence: at, payload },
    safety,
  );
  writeSync(1, `${safety} ${at}\n`);
}

/** Some of what the run before has stored, and some more. */
async function store(ledger, first) {
  for (let seed = first + 5 * Number(run.split(" ")[1]); ; seed += 2) {
    const scope = { project: "p", class: "session", session: `s${seed % 3}` };
    const text = formatBlobReference(await ledger.putBlob(scope, content(seed)));
    writeSync(1, `stored ${seed} ${text}\n`);
    const entry = {
      type: "test.entry",
      timeMs: Date.now(),
      scope,
      source: `${run} ${first} ${seed}`,
      sequence: 0,
    };
    await ledger.append({ ...entry, payload: text });
  }
}

/** As `bytesFrom` of bytes.ts makes it. */
function content(seed) {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(seed, 0);
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(500 + 20_000 * (seed % 6)));
}
