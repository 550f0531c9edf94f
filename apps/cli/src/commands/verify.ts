import { keptCheckpoints } from "@custody/anchors";
import { verifyLedger } from "@custody/ledger";
import { dataDirectory } from "../config/data-directory.ts";
import { describeVerified } from "../outside/describe-verified.ts";
import { verifyTimestamps } from "../outside/verify-timestamps.ts";
import { inspectRecord } from "../recorder/inspect-record.ts";
import type { CommandContext } from "./context.ts";
import { readNamedFile } from "./named-file.ts";

/** Checks the whole ledger, without its lock and without trusting a server. */
export async function verify(
  context: CommandContext,
  options: { readonly checkpoint?: string; readonly timestampsRoots?: string },
): Promise<number> {
  const { data, environment, isJson, output } = context;
  const directory = dataDirectory(environment, { data });
  const report = await verifyLedger({
    directory,
    inspect: inspectRecord,
    kept: await keptCheckpoints(directory),
    onProgress: (checked, size) => output.progress(`${checked} of ${size} entries checked`),
    ...(options.checkpoint === undefined ? {} : { checkpoint: readNamedFile(context, options.checkpoint) }),
  });
  output.progress("");
  if (!report.decrypted)
    output.hint("custody: without the master key, the records themselves were not opened");
  const { size, root, shredded, decrypted } = report;
  const { findings, timestamps } = await verifyTimestamps(
    context,
    directory,
    report,
    options.timestampsRoots,
  );
  const ok = findings.length === 0;
  if (isJson) output.json({ ok, size, root, shredded, findings, decrypted, timestamps });
  else for (const line of describeVerified({ findings, root, size, timestamps })) output.line(line);
  return ok ? 0 : 1;
}
