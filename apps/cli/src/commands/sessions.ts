import type { SessionPage, SessionState } from "@custody/domain";
import { sessionLine } from "../costs/describe-session.ts";
import { lookUp, pathWith } from "../records/look-up.ts";
import type { CommandContext } from "./context.ts";
import { oneOf, pageLimit, pageStart } from "./page-options.ts";

export interface SessionsOptions {
  readonly project?: string;
  readonly agent?: string;
  readonly human?: string;
  readonly state?: string;
  readonly before?: string;
  readonly limit?: string;
}

const STATES: readonly SessionState[] = ["running", "ended", "unknown", "expired"];
const LIMIT = 50;

/** The runs of agents, the newest first. */
export async function sessions(context: CommandContext, options: SessionsOptions): Promise<number> {
  const { isJson, output } = context;
  const { agent, human, project } = options;
  const state = options.state === undefined ? undefined : oneOf("--state", options.state, STATES);
  const query = { agent, before: pageStart("--before", options.before), human, project, state };
  const limit = pageLimit(options.limit, LIMIT);
  const path = pathWith("/api/sessions", { ...query, limit });
  const page: SessionPage = await lookUp(context, path, (index) =>
    index.sessions({ ...query, limit, nowMs: Date.now() }),
  );
  for (const session of page.sessions)
    if (isJson) output.json(session);
    else output.line(sessionLine(session));
  if (page.sessions.length === 0 && !isJson) output.line("no session");
  if (page.next !== null) output.hint(`custody: there are more; go on with --before ${page.next}`);
  return 0;
}
