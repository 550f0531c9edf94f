import { Writable } from "node:stream";
import { isReportable, type Level } from "@custody/domain";
import { type AuditLoggerOptions, createAuditLogger } from "./audit-logger.ts";

/** https://github.com/pinojs/pino/blob/main/docs/api.md#logger-level */
const LEVELS: readonly (readonly [atLeast: number, level: Level])[] = [
  [60, "critical"],
  [50, "error"],
  [40, "warning"],
  [30, "info"],
  [0, "debug"],
];

const LINE_LENGTH_MAX = 4 * 1024 * 1024;

/**
 * A transport for pino: `pino({ transport: { target: "@custody/client/pino", options: { url, token, … } } })`.
 *
 * A line whose `type` is one of an event is that event, any other one `app.log`; its other members are the details. It takes
 * the next lines when those before are safe.
 */
export default function transport(options: Omit<AuditLoggerOptions, "onError">): Writable {
  const logger = createAuditLogger(options);
  let rest = "";
  const report = (line: string): Promise<void> => {
    const { details, level, type } = eventOf(line);
    return logger.event(type, { details, level });
  };
  return new Writable({
    async final(done) {
      if (rest !== "") await report(rest).catch(() => {});
      await logger.close();
      done();
    },
    async write(chunk: Buffer, _, done) {
      const lines = (rest + chunk.toString("utf8")).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LINE_LENGTH_MAX) rest = "";
      await Promise.allSettled(lines.filter((line) => line !== "").map(report));
      await logger.ready();
      done();
    },
  });
}

function eventOf(line: string): { type: string; level: Level; details: Record<string, unknown> } {
  const { level, msg, time: _, type, ...rest } = parsed(line);
  const isEvent = typeof type === "string" && isReportable(type) && type.startsWith("app.");
  return {
    details: {
      ...(msg === undefined ? undefined : { message: msg }),
      ...(isEvent || type === undefined ? undefined : { type }),
      ...rest,
    },
    level: LEVELS.find(([atLeast]) => Number(level) >= atLeast)?.[1] ?? "info",
    type: isEvent ? type : "app.log",
  };
}

/** What is no line of pino's is a message all the same. */
function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Not JSON.
  }
  return { level: 30, msg: line };
}
