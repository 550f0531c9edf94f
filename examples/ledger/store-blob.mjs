import { formatBlobReference, LedgerReader, openLedger, parseBlobReference } from "@custody/ledger";

const directory = process.argv[2] ?? "data";
const ledger = await openLedger({ directory });
const scope = { project: "shop", class: "session", session: "monday" };

async function* prompt() {
  for (let line = 1; line <= 10_000; line += 1) yield Buffer.from(`line ${line} of a long prompt\n`);
}

const reference = await ledger.putBlob(scope, prompt());
const source = `${ledger.instance}/shop`;
const { index } = await ledger.append({
  type: "prompt.submitted",
  timeMs: Date.now(),
  scope,
  source,
  sequence: 0,
  payload: JSON.stringify({ prompt: formatBlobReference(reference) }),
});

const reader = await LedgerReader.open({ directory });
const { payload } = await reader.entry(index);
let bytes = 0;
for await (const piece of reader.blob(parseBlobReference(JSON.parse(payload).prompt))) bytes += piece.length;
console.log(`entry ${index} names a prompt of ${bytes} bytes, and all of them are there`);
await ledger.close();
