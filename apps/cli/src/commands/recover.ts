import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { uuidv7Source } from "@custody/domain";
import { type AcceptLoss, LedgerError, type LedgerOptions, openLedger } from "@custody/ledger";
import { escapeText } from "@custody/messages";
import { readManifest } from "../backup/manifest.ts";
import { dataDirectory } from "../config/data-directory.ts";
import { CliError } from "../error.ts";
import { keyOptionsFor } from "../keys/key-options.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { originOf } from "../recorder/origin.ts";
import type { CommandContext } from "./context.ts";
import { readNamedFile } from "./named-file.ts";

export interface RecoverOptions {
  readonly acceptLoss?: boolean;
  readonly reason?: string;
  readonly checkpoint?: string;
}

/** Lets a copy, or a directory of which more was signed than is there, go on under an origin of its own. */
export async function recover(context: CommandContext, options: RecoverOptions): Promise<number> {
  const { environment, isJson, output } = context;
  const reason = options.reason?.trim();
  if (options.acceptLoss !== true || !reason)
    throw new CliError(
      "USAGE",
      "what the directory lacks is lost for good",
      "say that you accept it, and why: --accept-loss --reason TEXT",
    );
  const directory = dataDirectory(environment, context);
  if (!existsSync(join(directory, ".state/ledger.json")))
    throw new CliError("FILE_UNUSABLE", `${directory} holds no ledger`, "name the data directory");
  refuseBrokenOff(directory);
  const newId = uuidv7Source(Date.now, randomBytes);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const origin = originOf({
    host: hostname(),
    instance: randomUUID(),
    timezone: timeZone,
    version: environment.version,
  });
  const ledgerOptions = {
    ...(await keyOptionsFor(context, directory)),
    describeEvent: ledgerEventRecords(origin, newId),
    directory,
  };
  const { checkpoint } = options;
  const acceptLoss = {
    reason,
    ...(checkpoint === undefined ? {} : { checkpoint: readNamedFile(context, checkpoint) }),
  };
  const recovered = await acceptWhereNeeded(ledgerOptions, acceptLoss);
  if (recovered === undefined) {
    if (isJson) output.json({ recovered: false });
    else output.line("nothing is missing by what is known here: `custody up` starts on it");
    return 0;
  }
  if (isJson) output.json({ recovered: true, ...recovered });
  else {
    output.line(escapeText(`the ledger goes on as ${recovered.origin}, with ${recovered.size} entries`));
    output.line(escapeText(`its key is now ${recovered.verifier}`));
  }
  output.hint(
    "custody: receipts from before are checked with the key from before: custody keys verifier --all",
  );
  return 0;
}

/** Undefined when the ledger opens as it is. */
async function acceptWhereNeeded(
  options: LedgerOptions,
  acceptLoss: AcceptLoss,
): Promise<{ origin: string; size: number; verifier: string } | undefined> {
  try {
    await (await openLedger(options)).close();
    return undefined;
  } catch (error) {
    const isLoss =
      error instanceof LedgerError && (error.code === "LEDGER_IS_COPY" || error.code === "REWIND_DETECTED");
    if (!isLoss) throw error;
  }
  const ledger = await openLedger({ ...options, acceptLoss });
  await ledger.close();
  return { origin: ledger.origin, size: ledger.size, verifier: ledger.verifierKey };
}

/**
 * A backup that ends with `backup.json` was verified; without it, it may lack anything. A directory that was found to
 * be an older copy was never made by `backup`, and has no time of copying.
 */
function refuseBrokenOff(directory: string): void {
  const mark = join(directory, ".state/copy");
  const isBackup = existsSync(mark) && readFileSync(mark, "utf8").includes('"copiedAtMs"');
  if (!isBackup || readManifest(directory) !== undefined) return;
  throw new CliError(
    "FILE_UNUSABLE",
    `${directory} is a copy without backup.json: it was broken off, or found wrong`,
    "use another backup",
  );
}
