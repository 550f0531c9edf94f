import { may, type Principal } from "@custody/identity";
import { Redactor } from "@custody/secrets";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import { LogRates } from "../log/log-rates.ts";
import { BATCH_BYTES_MAX, readEvents } from "../log/read-events.ts";
import { redactEvent } from "../log/redact-event.ts";
import type { ReportedEvent } from "../log/reported-event.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const answer = z.strictObject({ recorded: z.number().int().min(0), known: z.number().int().min(0) });

/** So much is given to the data path at once: statements wait for no more than it takes to write that down. */
const PIECE_LENGTH = 256 * 1024;
const REDACTORS_MAX = 1000;

type Parts = Pick<RouteParts, "link" | "nowMs" | "reader">;

/** What programs report of themselves. */
export function reportRoutes(api: Api, parts: Parts): void {
  const rates = new LogRates();
  const redactors = new Map<string, Redactor>();
  void api.register(async (own) => {
    // As bytes: what is not UTF-8 is refused, not mended.
    own.removeAllContentTypeParsers();
    own.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
    own.post(
      "/api/log",
      {
        bodyLimit: BATCH_BYTES_MAX,
        config: { act: "log.write" },
        schema: {
          response: { 200: answer, "4xx": errorBody, "5xx": errorBody },
          summary: "Report what a program did: a JSON array, or one JSON object a line",
        },
      },
      async (request) => {
        const by = principalOf(request);
        const body = request.body as Buffer;
        const events = readEvents(body);
        for (const { project } of events) checkProject(by, project);
        rates.take(by.token?.id ?? by.id, { bytes: body.length, records: events.length }, parts.nowMs());
        const clean = events.map((event) => redactEvent(event, redactorFor(event, by, parts, redactors)));
        return record(clean, by, parts);
      },
    );
  });
}

function checkProject(by: Principal, project: string): void {
  if (may(by, "log.write", project)) return;
  throw new HttpProblem(
    "not-permitted",
    `${by.name} may not report in the project ${JSON.stringify(project)}`,
  );
}

/** Each session has a key of its own, so that marks of one cannot be compared with those of another. */
function redactorFor(
  { session, source }: ReportedEvent,
  by: Principal,
  { reader }: Parts,
  known: Map<string, Redactor>,
): Redactor {
  const label = `custody/reported-secrets/v1/${JSON.stringify([by.id, session ?? source?.instance ?? ""])}`;
  const found = known.get(label) ?? new Redactor({ key: reader.deriveKey(label) });
  if (known.size >= REDACTORS_MAX) known.clear();
  known.set(label, found);
  return found;
}

async function record(
  events: readonly ReportedEvent[],
  by: Principal,
  { link }: Parts,
): Promise<z.infer<typeof answer>> {
  let recorded = 0;
  let known = 0;
  let done = 0;
  for (const piece of piecesOf(events)) {
    const result = await link.ask("recordReports", { by, events: piece });
    recorded += result.recorded;
    known += result.known;
    if (result.missing !== null) {
      const { at, expected } = result.missing;
      const message = `record ${done + at} comes too early: number ${expected} of its source is missing`;
      throw new HttpProblem("reports-missing", message, { expected, record: done + at });
    }
    done += piece.length;
  }
  return { known, recorded };
}

function* piecesOf(events: readonly ReportedEvent[]): Generator<ReportedEvent[]> {
  let piece: ReportedEvent[] = [];
  let length = 0;
  for (const event of events) {
    const own = JSON.stringify(event).length;
    if (piece.length > 0 && length + own > PIECE_LENGTH) {
      yield piece;
      piece = [];
      length = 0;
    }
    piece.push(event);
    length += own;
  }
  if (piece.length > 0) yield piece;
}
