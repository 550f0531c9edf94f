import { checkRecipients } from "@custody/keys";
import { escapeText } from "@custody/messages";
import { shorten } from "../keys/export-key.ts";
import { withDesk } from "../retention/with-desk.ts";
import type { CommandContext } from "./context.ts";
import { newNamedFile } from "./named-file.ts";

export interface KeysExportOptions {
  readonly to: readonly [string, ...string[]];
  readonly output?: string;
}

/**
 * Makes a recovery copy: by way of the running server, which has the ledger open and can write down that it did; else
 * by opening the ledger itself.
 */
export async function keysExport(context: CommandContext, options: KeysExportOptions): Promise<number> {
  const { isJson, output } = context;
  await checkRecipients(options.to);
  const file = options.output === undefined ? undefined : newNamedFile(context, options.output);
  const request = { recipients: options.to };
  const { copy, ...said } = await withDesk(context, (desk) => desk.exportKey(request)).catch((error) => {
    file?.discard();
    throw error;
  });
  file?.write(copy);
  if (isJson)
    output.json({ file: file?.path ?? null, ...said, ...(file === undefined ? { copy } : undefined) });
  else if (file === undefined) output.line(copy.trimEnd());
  const where = file === undefined ? "this is" : `${file.path} is`;
  output.hint(
    `custody: ${where} the master key of ${said.origin}, generation ${said.generation}, for ${said.recipients.map(shorten).map(escapeText).join(", ")}. Keep it, and the identity apart from it, away from this machine; try it with \`custody keys restore FILE --identity FILE --dry-run\`.`,
  );
  return 0;
}
