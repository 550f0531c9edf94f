import type { RecordRow } from "@custody/domain";
import { may, type Principal } from "@custody/identity";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { beginEventStream } from "../http/event-stream.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import { caughtUp, type Records } from "../records.ts";
import type { LiveTerminals } from "../terminal/live-terminals.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

/** The terminal of a session, for people who watch. */
export function terminalRoutes(api: Api, parts: RouteParts, terminals: LiveTerminals): void {
  const { accessLog, identities, nowMs, onIdentities, reader, records } = parts;
  onIdentities(() => terminals.lookAgain());
  api.addHook("preClose", async () => terminals.close());
  api.get(
    "/api/sessions/:id/terminal",
    {
      config: { act: "records.read" },
      exposeHeadRoute: false,
      schema: {
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        response: {
          200: {
            content: { "text/event-stream": { schema: z.string() } },
            description:
              "`event: snapshot` with the screen's size and the text that shows it; then `event: piece` for each that is recorded.",
          },
          "4xx": errorBody,
          "5xx": errorBody,
        },
        summary: "What the terminal of a session shows, from now on",
      },
    },
    async (request, reply) => {
      const by = principalOf(request);
      const { id: session } = request.params;
      terminals.checkRoom();
      await caughtUp(records, () => reader.size);
      const started = startOf(records, by, session);
      await accessLog.looked(by, { filter: { project: started.project, session }, isStream: true });
      const mayGoOn = () => {
        const current = identities.current(by, nowMs());
        return current !== undefined && may(current, "records.read", started.project);
      };
      const response = beginEventStream(reply);
      response.write(": connected\n\n");
      await terminals.watch(session, response, mayGoOn).catch(() => response.destroy());
    },
  );
}

/**
 * How a session began, for whoever may read what its terminal shows.
 *
 * @throws HttpProblem `not-found`, also for whoever may not: they do not learn that it is there
 */
export function startOf(records: Records, by: Principal, session: string): RecordRow {
  const filter = { session, type: "session.started" };
  const [started] = records.list({ filter, limit: 1, view: "records" }).rows;
  if (started === undefined || !may(by, "records.read", started.project))
    throw new HttpProblem("not-found", `there is no session ${session}`);
  return started;
}
