import { AnchorError } from "@custody/anchors";
import { LedgerError, nodePrimitives } from "@custody/ledger";
import { parseEnvelope, parseReceipt, parseVerifierKey, verifyReceipt } from "@custody/ledger/verifier";
import { escapeText } from "@custody/messages";
import { type ReceiptTimeOptions, receiptTime } from "../outside/receipt-time.ts";
import { checkCosigners } from "../witness/check-cosigners.ts";
import type { CommandContext } from "./context.ts";
import { readNamedFile } from "./named-file.ts";

const noKey = "give the key that `custody keys verifier` prints, or a file with it";

interface Verdict {
  readonly ok: true;
  readonly index: number;
  readonly origin: string;
  readonly size: number;
  readonly type: string;
  readonly time: string;
}

/** Checks a receipt on any machine: it needs the file and the key, and neither ledger nor network. */
export async function check(
  context: CommandContext,
  file: string,
  options: ReceiptTimeOptions & { readonly key: string; readonly policy?: string },
): Promise<number> {
  const { isJson, output } = context;
  const text = readNamedFile(context, file);
  const key = options.key.includes("+") ? options.key : readNamedFile(context, options.key, noKey);
  const verifierKey = await parseVerifierKey(key.trim(), nodePrimitives);
  try {
    const verdict = await verdictOf(text, verifierKey);
    const { policy } = options;
    const cosigners = policy && (await checkCosigners(context, text, { key: verifierKey, policy }));
    const timestamp = receiptTime(context, text, options);
    if (isJson)
      output.json({ ...verdict, ...(cosigners ? { cosigners } : {}), ...(timestamp ? { timestamp } : {}) });
    else {
      output.line(escapeText(sentence(verdict)));
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

async function verdictOf(
  text: string,
  verifierKey: Awaited<ReturnType<typeof parseVerifierKey>>,
): Promise<Verdict> {
  const receipt = parseReceipt(text);
  if (receipt.extra === undefined)
    throw new LedgerError(
      "RECEIPT_INVALID",
      "the receipt does not carry its entry, so it proves nothing by itself",
    );
  const { checkpoint, index } = await verifyReceipt({
    entry: receipt.extra,
    primitives: nodePrimitives,
    receipt,
    verifierKey,
  });
  const envelope = parseEnvelope(receipt.extra);
  if (envelope.i !== index)
    throw new LedgerError("RECEIPT_INVALID", `the entry says that it is entry ${envelope.i}, not ${index}`);
  const { origin, size } = checkpoint;
  return { ok: true, index, origin, size, type: envelope.t, time: new Date(envelope.ts).toISOString() };
}

function sentence({ index, origin, size, time, type }: Verdict): string {
  return `ok: entry ${index} of ${origin} is ${type}, recorded at ${time}; it stands in the signed tree of size ${size}`;
}
