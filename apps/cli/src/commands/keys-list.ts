import { escapeText } from "@custody/messages";
import { surveyKeys } from "../retention/key-usage.ts";
import type { CommandContext } from "./context.ts";
import { openReader } from "./open-reader.ts";

/** The data keys, what they are for and how many records they encrypt. Never a key. */
export async function keysList(
  context: CommandContext,
  options: { readonly session?: string; readonly limit?: string },
): Promise<number> {
  const { isJson, output } = context;
  const reader = await openReader(context);
  const usage = await surveyKeys(reader, (entries, of) =>
    output.progress(`${entries} of ${of} entries read`),
  );
  output.progress("");
  const limit = options.limit === undefined ? LIMIT : Number(options.limit);
  let shown = 0;
  let left = 0;
  for await (const { id, scope } of reader.keys()) {
    if (options.session !== undefined && scope.session !== options.session) continue;
    if (shown === limit) {
      left += 1;
      continue;
    }
    shown += 1;
    const { entries = 0, first = null, last = null } = usage.get(id) ?? {};
    if (isJson) output.json({ id, ...scope, entries, first, last });
    else {
      const of = [scope.class, scope.project || "Custody itself", scope.session].filter(Boolean).join(", ");
      output.line(escapeText(`${id}  ${entries} records  ${of}`));
    }
  }
  output.hint(`custody: the master key is of generation ${reader.keyGeneration}`);
  if (left > 0) output.hint(`custody: ${left} more; --limit ${shown + left} shows them`);
  return 0;
}

const LIMIT = 1000;
