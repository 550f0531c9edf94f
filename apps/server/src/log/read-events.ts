import { HttpProblem } from "../http/http-problem.ts";
import { type ReportedEvent, reportedEventSchema } from "./reported-event.ts";

const EVENT_BYTES_MAX = 1024 * 1024;
export const BATCH_BYTES_MAX: number = 4 * 1024 * 1024;
const EVENTS_MAX = 10_000;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * What somebody reports: a JSON array, or one JSON object a line. All of it is right, or none of it is taken.
 *
 * @throws HttpProblem with the number of the record that is wrong, from 0, in `record`
 */
export function readEvents(body: Buffer): ReportedEvent[] {
  const text = decoded(body);
  const values = text.trimStart().startsWith("[") ? fromArray(text) : fromLines(text);
  if (values.length === 0) throw new HttpProblem("request-invalid", "there is no record");
  if (values.length > EVENTS_MAX)
    throw new HttpProblem("body-too-long", `there are more than ${EVENTS_MAX} records`);
  return values.map(checked);
}

function decoded(body: Buffer): string {
  try {
    return decoder.decode(body);
  } catch {
    throw new HttpProblem("body-malformed", "the body is not UTF-8");
  }
}

function fromArray(text: string): unknown[] {
  const value = parsed(text, "the body");
  if (!Array.isArray(value)) throw new HttpProblem("body-malformed", "the body is no array");
  value.forEach((each, at) => {
    checkLength(JSON.stringify(each) ?? "", at);
  });
  return value;
}

function fromLines(text: string): unknown[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, at) => {
    checkLength(line, at);
    return parsed(line, `record ${at}`, { record: at });
  });
}

function checkLength(text: string, record: number): void {
  if (text.length * 3 <= EVENT_BYTES_MAX || Buffer.byteLength(text) <= EVENT_BYTES_MAX) return;
  throw new HttpProblem("request-invalid", `record ${record} is longer than 1 MiB`, { record });
}

function parsed(text: string, what: string, details: { record?: number } = {}): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem("body-malformed", `${what} is not JSON`, details);
  }
}

function checked(value: unknown, record: number): ReportedEvent {
  const result = reportedEventSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join(".");
  throw new HttpProblem(
    "request-invalid",
    `record ${record}: ${place ? `${place}: ` : ""}${issue?.message}`,
    {
      record,
    },
  );
}
