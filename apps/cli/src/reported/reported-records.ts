import type { ReportedDraft, SessionIdentity } from "@custody/domain";
import { humanOf, type Principal } from "@custody/identity";
import { HttpProblem, type ReportedEvent, type ReportsRecorded, reportedEventSchema } from "@custody/server";
import { z } from "zod";
import { readRequest } from "../control/read-request.ts";
import type { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { reportedDraft } from "./reported-draft.ts";
import { ReportedMarks, type ReportedMarksOptions } from "./reported-marks.ts";

export interface ReportedRecordsOptions extends ReportedMarksOptions {
  readonly recorder: Pick<LedgerRecorder, "recordReported" | "settle">;
  readonly findSession: (id: string) => SessionIdentity | undefined;
  readonly newId: () => string;
  readonly nowUs: () => number;
  /** Of this run: numbers what is reported without a number. */
  readonly instance: string;
}

const eventsSchema = z.array(reportedEventSchema);

/** Writes down what programs report, each record once, however often it is sent. */
export class ReportedRecords {
  readonly #options: ReportedRecordsOptions;
  readonly #marks: ReportedMarks;

  constructor(options: ReportedRecordsOptions) {
    this.#options = options;
    this.#marks = new ReportedMarks(options);
  }

  /**
   * Resolves once all of them are on the disk, those that were there already included: whoever reports forgets them then. It
   * stops before the first whose number is not the next of its source. @throws HttpProblem
   */
  async record(body: unknown, projects: readonly string[], by: Principal): Promise<ReportsRecorded> {
    const events = readRequest(eventsSchema, body);
    const unknown = events.find(({ project }) => !projects.includes(project));
    if (unknown !== undefined)
      throw new HttpProblem("request-invalid", `there is no project ${JSON.stringify(unknown.project)}`);
    await this.#marks.loaded;
    return this.#marks.during(async () => {
      try {
        const { accepted, ...result } = this.#take(events, by);
        await accepted;
        await this.#options.recorder.settle("durable");
        return result;
      } catch (error) {
        throw new HttpProblem("ledger-unavailable", `the ledger cannot write: ${(error as Error).message}`);
      }
    });
  }

  close(): void {
    this.#marks.close();
  }

  /** In one go, so that whoever sends the same at the same time finds the marks advanced. */
  #take(
    events: readonly ReportedEvent[],
    by: Principal,
  ): ReportsRecorded & { readonly accepted: Promise<void> | undefined } {
    const drafts: ReportedDraft[] = [];
    const next = new Map<string, number>();
    let known = 0;
    let missing: ReportsRecorded["missing"] = null;
    for (const [at, event] of events.entries()) {
      const { instance, ...source } = this.#sourceOf(event, by);
      const expected = next.get(instance) ?? this.#marks.next(instance);
      const sequence = source.sequence ?? expected;
      if (sequence > expected) {
        missing = { at, expected };
        break;
      }
      if (sequence < expected) {
        known += 1;
        continue;
      }
      next.set(instance, expected + 1);
      drafts.push({ ...this.#draftOf(event, by, instance), source: { ...source, instance, sequence } });
    }
    const accepted = drafts.length === 0 ? undefined : this.#options.recorder.recordReported(drafts);
    for (const { source } of drafts) this.#marks.advance(source.instance, source.sequence);
    return { accepted, known, missing, recorded: drafts.length };
  }

  /** A source is its owner's: nobody can take another's numbers, nor Custody's own. */
  #sourceOf({ source }: ReportedEvent, by: Principal) {
    if (source !== undefined) return { ...source, instance: `${by.id}/${source.instance}` };
    const instance = `${by.id}/unnumbered/${this.#options.instance}`;
    return { instance, name: "http", sequence: undefined, version: "0" };
  }

  #draftOf(event: ReportedEvent, by: Principal, instance: string) {
    const { findSession, newId, nowUs } = this.#options;
    const found = event.session === undefined ? undefined : findSession(event.session);
    const known = found?.project === event.project ? found : undefined;
    return reportedDraft({ event, human: humanOf(by), instance, known, newId, nowUs: nowUs() });
  }
}
