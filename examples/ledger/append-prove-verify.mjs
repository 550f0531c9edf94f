import { LedgerReader, nodePrimitives, openLedger, verifyLedger } from "@custody/ledger";
import { parseVerifierKey, verifyReceipt } from "@custody/ledger/verifier";

const directory = process.argv[2] ?? "data";
const ledger = await openLedger({ directory });
const { index } = await ledger.append({
  type: "order.paid",
  timeMs: Date.now(),
  scope: { project: "shop", class: "session", session: "monday" },
  source: `${ledger.instance}/shop`,
  sequence: 0,
  payload: JSON.stringify({ order: 7, state: "paid" }),
});
await ledger.checkpoint();

const reader = await LedgerReader.open({ directory });
const { entry, payload } = await reader.entry(index);
const receipt = await reader.prove(index);
console.log(`entry ${index} says ${payload}`);

const verifierKey = await parseVerifierKey(ledger.verifierKey, nodePrimitives);
const proved = await verifyReceipt({ receipt, entry, verifierKey, primitives: nodePrimitives });
console.log(`it stands in a signed log of ${proved.checkpoint.size} entries`);

await ledger.close();
const report = await verifyLedger({ directory });
console.log(report.ok ? "the ledger is whole" : report.findings);
