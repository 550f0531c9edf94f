// Appends until it is killed, and says on its standard output what was acknowledged: `written 12`, `durable 13`.
// Runs on the compiled package, as a program that uses it does. Arguments: directory, name of the run, and `once` to
// say `open` and then do nothing.
import { writeSync } from "node:fs";
import { masterKeyFromBytes, openLedger } from "../../dist/index.js";

const [directory, run, once] = process.argv.slice(2);
const masterKey = masterKeyFromBytes(Buffer.alloc(32, 7));

try {
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 64 * 1024, checkpointIntervalMs: 5 });
  writeSync(1, "open\n");
  if (once !== undefined) setInterval(() => {}, 1000);
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
