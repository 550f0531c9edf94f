import { statSync } from "node:fs";
import { resolve } from "node:path";
import { AnchorError } from "@custody/anchors";
import { LedgerError, nodePrimitives } from "@custody/ledger";
import { parseVerifierKey, type VerifierKey } from "@custody/ledger/verifier";
import { escapeText } from "@custody/messages";
import { folderKey } from "../checking/check-folder.ts";
import { checkReceipt, receiptLines } from "../checking/check-receipt.ts";
import { CliError } from "../error.ts";
import { type ReceiptTimeOptions, receiptTime } from "../outside/receipt-time.ts";
import { checkCosigners } from "../witness/check-cosigners.ts";
import { checkEvidence } from "./check-evidence.ts";
import type { CommandContext } from "./context.ts";
import { readNamedBytes, readNamedFile } from "./named-file.ts";

const noKey = "give the key that `custody keys verifier` prints, or a file with it";

/** Checks a receipt or an evidence folder on any machine: it needs the key, and neither ledger nor network. */
export async function check(
  context: CommandContext,
  name: string,
  options: ReceiptTimeOptions & { readonly key?: string; readonly policy?: string },
): Promise<number> {
  const path = resolve(context.environment.workingDirectory, name);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    const { key } = options;
    const verifierKey = key === undefined ? await parsedKey(folderKey(path)) : await readKey(context, key);
    return await checkEvidence(context, path, verifierKey, key !== undefined);
  }
  if (options.key === undefined) throw new CliError("USAGE", "--key is missing", noKey);
  return await checkFile(context, name, { ...options, key: options.key });
}

async function checkFile(
  context: CommandContext,
  name: string,
  options: ReceiptTimeOptions & { readonly key: string; readonly policy?: string },
): Promise<number> {
  const { isJson, output } = context;
  const bytes = readNamedBytes(context, name);
  const verifierKey = await readKey(context, options.key);
  try {
    const verdict = await checkReceipt(bytes, verifierKey);
    const { policy } = options;
    const text = Buffer.from(bytes).toString("utf8");
    const cosigners = policy && (await checkCosigners(context, text, { key: verifierKey, policy }));
    const timestamp = receiptTime(context, text, options);
    if (isJson)
      output.json({ ...verdict, ...(cosigners ? { cosigners } : {}), ...(timestamp ? { timestamp } : {}) });
    else {
      for (const line of receiptLines(verdict)) output.line(line);
      for (const { time, witness } of cosigners || [])
        output.line(escapeText(`cosigned by ${witness} at ${time}`));
      if (timestamp)
        output.line(escapeText(`that tree was there at ${timestamp.time}, says ${timestamp.authority}`));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerError || error instanceof AnchorError)) throw error;
    const { code, message } = error;
    if (isJson) output.json({ ok: false, code, message });
    else output.line(escapeText(`NOT OK: ${message} (${code})`));
    return 1;
  }
}

/** The key itself, or the file that it is in: only a key has a plus. */
function readKey(context: CommandContext, key: string): Promise<VerifierKey> {
  const text = key.includes("+") ? key : readNamedFile(context, key, noKey);
  return parsedKey(text);
}

function parsedKey(text: string): Promise<VerifierKey> {
  return parseVerifierKey(text.trim(), nodePrimitives);
}
