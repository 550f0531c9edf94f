import { keptCheckpoints } from "@custody/anchors";
import { type RecordedErasure, type VerifyReport, verifyLedger } from "@custody/ledger";
import { escapeText } from "@custody/messages";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { keyOptionsFor } from "../keys/key-options.ts";
import { timestampLines } from "../outside/timestamp-lines.ts";
import { type VerifiedTimestamps, verifyTimestamps } from "../outside/verify-timestamps.ts";
import { inspectRecord, listBlobs } from "../recorder/inspect-record.ts";
import type { CommandContext } from "./context.ts";
import { readNamedFile } from "./named-file.ts";

/** Checks the whole ledger, without its lock and without trusting a server. */
export async function verify(
  context: CommandContext,
  options: { readonly checkpoint?: string; readonly timestampsRoots?: string },
): Promise<number> {
  const { environment, isJson, output } = context;
  const directory = dataDirectoryToRead(environment, context);
  const report = await verifyLedger({
    ...(await keyOptionsFor(context, directory)),
    directory,
    inspect: inspectRecord,
    listBlobs,
    kept: await keptCheckpoints(directory),
    onProgress: (checked, size) => output.progress(`${checked} of ${size} entries checked`),
    ...(options.checkpoint === undefined ? {} : { checkpoint: readNamedFile(context, options.checkpoint) }),
  });
  output.progress("");
  if (!report.decrypted)
    output.hint("custody: without the master key, the records themselves were not opened");
  const { size, root, shredded, erasures, decrypted } = report;
  const verified = await verifyTimestamps(context, directory, report, options.timestampsRoots);
  const { findings, timestamps } = verified;
  const ok = findings.length === 0;
  if (isJson)
    output.json({
      ok,
      size,
      root,
      shredded,
      findings,
      decrypted,
      erasures: erasures.map(withoutKeys),
      timestamps,
    });
  else for (const line of describe({ ...report, ...verified, ok })) output.line(line);
  return ok ? 0 : 1;
}

/** An order may name hundreds of keys, which say nothing to people. */
function withoutKeys({
  keys,
  ...erasure
}: RecordedErasure): Omit<RecordedErasure, "keys"> & { keys: number } {
  return { ...erasure, keys: keys.length };
}

function describeErasure({ by, entries, isCarriedOut, order, reason, rule }: RecordedErasure): string {
  const state = isCarriedOut ? "" : ", and is not carried out yet";
  return escapeText(
    `${entries} shredded by record ${order}, under rule ${JSON.stringify(rule)}: ordered by ${by} (${reason})${state}`,
  );
}

type Verified = Omit<VerifyReport, "findings"> & VerifiedTimestamps;

function describe({ erasures, findings, ok, root, shredded, size, timestamps }: Verified): string[] {
  const verdict = ok
    ? `ok: ${size} entries, root ${root}`
    : `NOT OK: ${findings.length} ${findings.length === 1 ? "finding" : "findings"} in ${size} entries`;
  return [
    verdict,
    ...(shredded > 0 ? [`${size - shredded} present, ${shredded} shredded, as recorded:`] : []),
    ...erasures.map(describeErasure),
    ...findings.map(({ code, file, index, message }) =>
      escapeText(`${index === undefined ? "" : `entry ${index}, `}${file}: ${message} (${code})`),
    ),
    ...timestampLines(timestamps).map(escapeText),
  ];
}
