import { escapedJson } from "@custody/messages";

/** In the order of their weight. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = "json" | "text";

/** What the running service says about itself. Never a secret, and never what an agent or a database said. */
export interface ServiceLog {
  debug(component: string, message: string): void;
  info(component: string, message: string): void;
  warn(component: string, message: string): void;
  error(component: string, message: string): void;
  readonly format: LogFormat;
}

export interface ServiceLogOptions {
  readonly format: LogFormat;
  readonly level: LogLevel;
  /** Writes one line; it escapes what a screen may not get. */
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}

/**
 * For a person at a terminal each message is a sentence behind `custody:`; for a collector of logs it is a line of JSON,
 * {"time","level","component","message"}.
 */
export function serviceLog({ format, level, write, now = () => new Date() }: ServiceLogOptions): ServiceLog {
  const least = LOG_LEVELS.indexOf(level);
  const say = (at: LogLevel) => (component: string, message: string) => {
    if (LOG_LEVELS.indexOf(at) < least) return;
    if (format === "json") write(escapedJson({ time: now().toISOString(), level: at, component, message }));
    else for (const line of `custody: ${message}`.split("\n")) write(line);
  };
  return { debug: say("debug"), error: say("error"), format, info: say("info"), warn: say("warn") };
}
