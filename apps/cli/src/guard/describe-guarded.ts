import { escapeText } from "@custody/messages";
import type { NewTarget } from "./add-target.ts";
import type { FoundDatabase } from "./check-database.ts";
import { type DatabaseUrl, withoutPassword } from "./database-url.ts";

export interface Guarded {
  readonly target: NewTarget;
  readonly url: DatabaseUrl;
  readonly file: string;
  /** Undefined when the database was not asked. */
  readonly server: FoundDatabase | undefined;
  /** Whether the variable that the target names has the URL here and now. */
  readonly isVariableSet: boolean;
  /** Whether a server runs that does not know of the target yet. */
  readonly isRunning: boolean;
  /** Whether the tour of this folder runs, which has the ports that are taken unless others are named. */
  readonly isTour: boolean;
  /** How the reader starts the command. */
  readonly command: string;
}

/** What `custody guard` answers, for people and for programs. The password is in neither. */
export function describeGuarded(guarded: Guarded): { json: object; lines: string[] } {
  const { file, server, target, url } = guarded;
  const address = `postgres://${target.listen}/${encodeURIComponent(url.database)}`;
  const next = nextSteps(guarded);
  const notes = notesOn(guarded);
  const { name, ...rest } = target;
  const json = { target: name, ...rest, url: address, server: server ?? null, file, notes, next };
  const lines = [
    `${target.name}: ${describeServer(guarded)}`,
    `added to ${file}: environment ${target.environment}, upstream ${describeUpstream(target)}`,
    "",
    "Instead of the database's own address, the agent gets this one, with a token of its own:",
    `  ${address}`,
    "",
    ...notes.flatMap((note) => [note, ""]),
    "Next:",
    ...next.map((step) => `  ${step}`),
  ].map(escapeText);
  return { json, lines };
}

function describeServer({ server, url }: Guarded): string {
  const place = `at ${url.host}:${url.port}, database ${url.database}`;
  if (server === undefined) return `PostgreSQL ${place}, not asked`;
  return `PostgreSQL ${server.version} ${place}, ${server.tls ? "encrypted (TLS)" : "not encrypted"}`;
}

function describeUpstream({ upstream }: NewTarget): string {
  return "env" in upstream ? `from the variable ${upstream.env}` : `from the file ${upstream.file}`;
}

function notesOn({ isTour, isVariableSet, target, url }: Guarded): string[] {
  const notes: string[] = [];
  if (target.environment === "production")
    notes.push(
      "Unless your policy says otherwise, what loses data, or changes more than 5,000 rows, needs a human in production: custody policy show guarded",
    );
  if (url.sslMode === undefined && !url.isLoopback)
    notes.push(
      "The URL says nothing about encryption, and the database is on another machine: add ?sslmode=verify-full&sslrootcert=system to it.",
    );
  if ("env" in target.upstream && !isVariableSet && url.password !== undefined)
    notes.push(
      `The password is kept nowhere: set ${target.upstream.env} where Custody runs. (--save-secret keeps it in a file.)`,
    );
  if (isTour)
    notes.push("The tour runs here; stop it first. From now on commands in this folder mean custody.yaml.");
  return notes;
}

function nextSteps({ command, isRunning, isVariableSet, target, url }: Guarded): string[] {
  const { upstream } = target;
  const steps = "env" in upstream && !isVariableSet ? [exportLine(upstream.env, url)] : [];
  if (!isRunning) steps.push(`${command} up`);
  else if ("env" in upstream)
    steps.push(`${command} config reload   # or start it again, if ${upstream.env} is new to it`);
  else steps.push(`${command} config reload`);
  return [...steps, `${command} session new --agent NAME`];
}

function exportLine(variable: string, { text }: DatabaseUrl): string {
  const shown = withoutPassword(text);
  const hint = shown === text ? "" : "   # with the password for ***";
  return `export ${variable}='${shown.replaceAll("'", "'\\''")}'${hint}`;
}
