import type { Thread } from "@custody/domain";
import { readThread } from "@custody/views";
import { CliError } from "../error.ts";
import { threadLines } from "../records/describe-thread.ts";
import { lookUp, pathWith } from "../records/look-up.ts";
import type { CommandContext } from "./context.ts";
import { pageLimit, pageStart } from "./page-options.ts";

interface ThreadOptions {
  readonly limit?: string | undefined;
  /** What the page before ended with. */
  readonly from?: string | undefined;
}

const LIMIT = 200;

/** What happened in a session and its sub-agents, as a tree. @throws CliError NOT_FOUND, USAGE */
export async function showThread(
  context: CommandContext,
  session: string,
  options: ThreadOptions,
): Promise<number> {
  const { isJson, output } = context;
  const limit = pageLimit(options.limit, LIMIT);
  const from = pageStart("--from", options.from);
  const path = pathWith(`/api/sessions/${encodeURIComponent(session)}/thread`, { from, limit });
  const thread: Thread | undefined = await lookUp<Thread | undefined>(context, path, (index, reader) =>
    readThread(index, reader, { from, limit, session }),
  );
  if (thread === undefined)
    throw new CliError(
      "NOT_FOUND",
      `there is no record of a session ${session}`,
      "custody sessions lists them",
    );
  if (isJson) output.json(thread);
  else for (const line of threadLines(thread)) output.line(line);
  if (thread.next !== null)
    output.hint(`custody: go on with custody log --session ${session} --tree --from ${thread.next}`);
  return 0;
}
