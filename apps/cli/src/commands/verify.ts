import { type VerifyReport, verifyLedger } from "@custody/ledger";
import { escapeText } from "@custody/messages";
import { dataDirectory } from "../config/data-directory.ts";
import { inspectRecord, listBlobs } from "../recorder/inspect-record.ts";
import type { CommandContext } from "./context.ts";
import { readNamedFile } from "./named-file.ts";

/** Checks the whole ledger, without its lock and without trusting a server. */
export async function verify(
  context: CommandContext,
  options: { readonly checkpoint?: string },
): Promise<number> {
  const { data, environment, isJson, output } = context;
  const report = await verifyLedger({
    directory: dataDirectory(environment, { data }),
    inspect: inspectRecord,
    listBlobs,
    onProgress: (checked, size) => output.progress(`${checked} of ${size} entries checked`),
    ...(options.checkpoint === undefined ? {} : { checkpoint: readNamedFile(context, options.checkpoint) }),
  });
  output.progress("");
  if (!report.decrypted)
    output.hint("custody: without the master key, the records themselves were not opened");
  const { ok, size, root, shredded, decrypted, findings } = report;
  if (isJson) output.json({ ok, size, root, shredded, findings, decrypted });
  else for (const line of describe(report)) output.line(line);
  return ok ? 0 : 1;
}

function describe({ findings, ok, root, size }: VerifyReport): string[] {
  const verdict = ok
    ? `ok: ${size} entries, root ${root}`
    : `NOT OK: ${findings.length} ${findings.length === 1 ? "finding" : "findings"} in ${size} entries`;
  return [
    verdict,
    ...findings.map(({ code, file, index, message }) =>
      escapeText(`${index === undefined ? "" : `entry ${index}, `}${file}: ${message} (${code})`),
    ),
  ];
}
