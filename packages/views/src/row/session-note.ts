import type { AuditRecord, SessionSummary } from "@custody/domain";

/** What a row has of the start or the end of a session, besides what all rows have. */
export interface SessionNote
  extends Pick<
    SessionSummary,
    | "branch"
    | "command"
    | "commit"
    | "directory"
    | "exitCode"
    | "expiresAt"
    | "host"
    | "repository"
    | "signal"
  > {
  /** How it ended. */
  readonly reason?: string;
}

const TEXTS = [
  "branch",
  "command",
  "commit",
  "directory",
  "expiresAt",
  "host",
  "reason",
  "repository",
  "signal",
] as const;

/** A list shows no more of a command; its record has all of it. */
const TEXT_CHARACTERS_MAX = 1000;

export function sessionNoteOf({ details = {}, type }: AuditRecord): SessionNote | undefined {
  if (type !== "session.started" && type !== "session.ended") return undefined;
  const texts = TEXTS.flatMap((name) => {
    const value = details[name];
    return typeof value === "string" && value !== "" ? [[name, value.slice(0, TEXT_CHARACTERS_MAX)]] : [];
  });
  const { exitCode } = details;
  return { ...Object.fromEntries(texts), ...(typeof exitCode === "number" ? { exitCode } : undefined) };
}
