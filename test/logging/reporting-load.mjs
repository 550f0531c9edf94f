// Reports events as fast as they are safe, until it is killed, and prints the number of each that is safe.
import { createAuditLogger } from "@custody/client";

const [folder, run, count = "1000000"] = process.argv.slice(2);
const { CUSTODY_TOKEN: token, CUSTODY_URL: url } = process.env;
const logger = createAuditLogger({ onError: () => {}, session: `run ${run}`, spool: folder, token, url });

process.stdout.write("begun\n");
for (let number = 0; number < Number(count); number += 1) {
  await logger.info("app.load.event", { number, run, filler: "x".repeat(number % 500) });
  process.stdout.write(`${number}\n`);
}
await logger.close({ timeoutMs: 60_000 });
