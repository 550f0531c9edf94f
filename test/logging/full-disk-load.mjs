// Reports until its spool's disk is full, and again when there is room, and prints what was safe and what was not.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuditLogger } from "@custody/client";

const [folder, blocker] = process.argv.slice(2);
const { CUSTODY_TOKEN: token, CUSTODY_URL: url } = process.env;
// Nothing is reached, so that nothing is taken away again.
const logger = createAuditLogger({ onError: () => {}, spool: folder, token, url: "http://127.0.0.1:9" });
const safe = [];
const codes = new Set();

async function report(number) {
  try {
    await logger.info("app.load.event", { filler: "x".repeat(500), number, run: "full disk" });
    safe.push(number);
    return true;
  } catch (error) {
    codes.add(error.code);
    return false;
  }
}

writeFileSync(join(blocker, "blocker"), "x".repeat(60_000));
let number = 0;
while (await report(number)) number += 1;
await report(number + 1);
rmSync(join(blocker, "blocker"));
for (let more = 0; more < 20; more += 1) await report(1000 + more);
await logger.close({ timeoutMs: 1 });

const last = createAuditLogger({ onError: () => {}, spool: folder, token, url });
await last.flush();
await last.close();
console.log(JSON.stringify({ codes: [...codes], safe }));
