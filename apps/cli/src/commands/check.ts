import { LedgerError, nodePrimitives } from "@custody/ledger";
import { parseVerifierKey, type VerifierKey } from "@custody/ledger/verifier";
import { escapeText } from "@custody/messages";
import { checkReceipt, receiptLines } from "../checking/check-receipt.ts";
import type { CommandContext } from "./context.ts";
import { readNamedBytes, readNamedFile } from "./named-file.ts";

const noKey = "give the key that `custody keys verifier` prints, or a file with it";

/** Checks a receipt on any machine: it needs the file and the key, and neither ledger nor network. */
export async function check(
  context: CommandContext,
  file: string,
  options: { readonly key: string },
): Promise<number> {
  const { isJson, output } = context;
  const bytes = readNamedBytes(context, file);
  const verifierKey = await readKey(context, options.key);
  try {
    const verdict = await checkReceipt(bytes, verifierKey);
    if (isJson) output.json(verdict);
    else for (const line of receiptLines(verdict)) output.line(line);
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const { code, message } = error;
    if (isJson) output.json({ ok: false, code, message });
    else output.line(escapeText(`NOT OK: ${message} (${code})`));
    return 1;
  }
}

/** The key itself, or the file that it is in: only a key has a plus. */
function readKey(context: CommandContext, key: string): Promise<VerifierKey> {
  const text = key.includes("+") ? key : readNamedFile(context, key, noKey);
  return parseVerifierKey(text.trim(), nodePrimitives);
}
