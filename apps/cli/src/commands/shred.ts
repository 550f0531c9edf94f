import { escapeText } from "@custody/messages";
import { CliError } from "../error.ts";
import { eraseKeys } from "../retention/erase-keys.ts";
import { surveyKeys } from "../retention/key-usage.ts";
import { waitForPurge, withDesk } from "../retention/with-desk.ts";
import type { CommandContext } from "./context.ts";
import { openReader } from "./open-reader.ts";

export interface ShredOptions {
  readonly session?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** Destroys what one session left behind, but for the records of who decided what. */
export async function shred(context: CommandContext, options: ShredOptions): Promise<number> {
  const { isJson, output } = context;
  const session = options.session?.trim();
  const reason = options.reason?.trim();
  if (!session || (!reason && !options.dryRun))
    throw new CliError(
      "USAGE",
      "what is shredded cannot be brought back",
      "name the session and say why: --session ID --reason TEXT",
    );
  const reader = await openReader(context);
  const keys = [];
  for await (const key of reader.keys()) if (key.scope.session === session) keys.push(key);
  if (keys.length === 0)
    throw new CliError(
      "NOT_FOUND",
      `no records of session ${session} can be read: there is no such session, or it was shredded`,
      "look for it with `custody log`, and for orders with `custody log --type key.shred-ordered`",
    );
  const usage = await surveyKeys(reader, (entries, of) =>
    output.progress(`${entries} of ${of} entries read`),
  );
  output.progress("");
  const doomed = keys.flatMap(({ id }) => {
    const used = usage.get(id);
    return used === undefined ? [] : [{ id, usage: used }];
  });
  const entries = doomed.reduce((sum, each) => sum + each.usage.entries, 0);
  if (options.dryRun) {
    if (isJson) output.json({ session, keys: doomed.length, entries, dryRun: true });
    else
      output.line(
        escapeText(`would destroy ${entries} records of session ${session}, and ${doomed.length} keys`),
      );
    return 0;
  }
  return withDesk(context, async (desk) => {
    const done = await eraseKeys(desk, doomed, { reason: reason as string, rule: "custody shred" });
    if (!isJson)
      output.line(
        escapeText(
          `the keys of ${entries} records of session ${session} are gone (order at entry ${done.orders.join(", ")})`,
        ),
      );
    const progress = await waitForPurge(desk, done.orders, (text) => output.progress(text));
    output.progress("");
    const isPurged = progress.every(({ state }) => state === "done");
    if (isJson) output.json({ session, keys: done.keys, entries, orders: done.orders, purged: isPurged });
    else output.line(isPurged ? "their blocks are gone as well" : "their blocks go at the next start");
    output.hint(
      "custody: copies of the key ring from before, as in backups, can still open them until `custody keys rotate`",
    );
    return 0;
  });
}
