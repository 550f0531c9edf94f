import { problemOf } from "../http/answer-errors.ts";
import type { Api } from "../http/api.ts";
import { beginEventStream } from "../http/event-stream.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import { untilGone } from "../http/until-gone.ts";
import { PolicyDesk } from "../policy/policy-desk.ts";
import { PolicyFinder } from "../policy/policy-in-force.ts";
import { type ReplayOutcome, type ReplayProgress, replayPast } from "../policy/replay-past.ts";
import { shownPolicy } from "../policy/shown-policy.ts";
import { caughtUp } from "../records.ts";
import type { RouteParts } from "./parts.ts";
import {
  BODY_BYTES_MAX,
  checked,
  checkQuestion,
  policyShown,
  replayed,
  replayQuestion,
} from "./policy-schemas.ts";
import { errorBody } from "./schemas.ts";

/**
 * The policy in force, and what another text would mean. Nothing here changes what is in force: the file is the truth, and
 * whoever may write it puts it in force on the machine.
 */
export function policyRoutes(api: Api, parts: RouteParts): void {
  const { accessLog, reader, records } = parts;
  const desk = new PolicyDesk();
  const finder = new PolicyFinder(reader, records);
  api.get(
    "/api/policy",
    {
      config: { act: "policy.read" },
      schema: {
        response: { 200: policyShown, "4xx": errorBody, "5xx": errorBody },
        summary: "The policy in force, with its rules in the order in which they are asked",
      },
    },
    async () => {
      await caughtUp(records, () => reader.size);
      return shownPolicy(await finder.find());
    },
  );
  api.post(
    "/api/policy/check",
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { act: "policy.check" },
      schema: {
        body: checkQuestion,
        response: { 200: checked, "4xx": errorBody, "5xx": errorBody },
        summary: "What is wrong with a policy's text, and what became of the examples in it",
      },
    },
    ({ body }, reply) => desk.with(untilGone(reply.raw), (thread) => thread.ask("check", body)),
  );
  api.post(
    "/api/policy/replay",
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { act: "policy.replay" },
      schema: {
        body: replayQuestion,
        response: { 200: replayed, "4xx": errorBody, "5xx": errorBody },
        summary:
          "What a policy's text would have decided about past statements. With `Accept: text/event-stream`, `event: progress` until `event: result` or `event: error`.",
      },
    },
    async (request, reply) => {
      const { after, limit, since, text, until } = request.body;
      const filter = { since, type: "db.statement", ...(until !== undefined && { until }) };
      await accessLog.looked(principalOf(request), { filter, isStream: false });
      await reader.refresh();
      const question = {
        after,
        limit,
        sinceMs: Date.parse(since),
        text,
        untilMs: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
      };
      const signal = untilGone(reply.raw);
      const replay = (onProgress: (progress: ReplayProgress) => void): Promise<ReplayOutcome> =>
        desk.with(signal, (thread) => replayPast(reader, thread, question, onProgress));
      if (request.headers.accept !== "text/event-stream") return replay(() => {});
      const response = beginEventStream(reply);
      await tell(replay, (event, data) =>
        response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
      );
      response.end();
      return reply;
    },
  );
}

/** How often a reader is told how far it is. */
const PROGRESS_INTERVAL_MS = 250;

async function tell(
  replay: (onProgress: (progress: ReplayProgress) => void) => Promise<ReplayOutcome>,
  say: (event: "progress" | "result" | "error", data: object) => void,
): Promise<void> {
  let saidMs = 0;
  try {
    const outcome = await replay((progress) => {
      if (performance.now() - saidMs < PROGRESS_INTERVAL_MS) return;
      saidMs = performance.now();
      say("progress", progress);
    });
    say("result", outcome);
  } catch (error) {
    const { code, message } = problemOf(error) ?? new HttpProblem("internal", "internal error");
    say("error", { error: { code, message } });
  }
}
