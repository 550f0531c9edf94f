// Opens the index of a ledger and follows it, and says on its standard output how far it is. Runs on the compiled
// packages, as a program that uses them does. Arguments: the directory, and how many rows share tables.
import { writeSync } from "node:fs";
import { LedgerReader, masterKeyFromBytes } from "@custody/ledger";
import { indexOptionsFor, openIndex } from "../../dist/index.js";

const [directory, partRows] = process.argv.slice(2);
const reader = await LedgerReader.open({ directory, masterKey: masterKeyFromBytes(Buffer.alloc(32, 7)) });
try {
  const index = await openIndex({ ...indexOptionsFor(directory, reader), partRows: Number(partRows) });
  writeSync(1, `open ${index.cursor}\n`);
  const timer = setInterval(() => writeSync(1, `${index.cursor}\n`), 1);
  await index.follow();
  clearInterval(timer);
  writeSync(1, `all ${index.cursor}\n`);
  for (let purge = index.erasures.purge; purge !== null; purge = index.erasures.purge) {
    writeSync(1, `purge ${purge.done} of ${purge.of}\n`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  writeSync(1, "purged\n");
  setInterval(() => {}, 1000);
} catch (error) {
  writeSync(1, `${error.code}\n`);
}
