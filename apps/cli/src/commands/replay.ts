import { dataDirectoryToRead } from "../config/data-directory.ts";
import { parseDuration } from "../config/duration.ts";
import { CliError } from "../error.ts";
import { noteLook } from "../records/note-look.ts";
import { play } from "../replay/play.ts";
import { type SessionRecording, sessionRecording } from "../replay/session-recording.ts";
import { castLines } from "../replay/to-cast.ts";
import type { CommandContext } from "./context.ts";
import { openReaderOf } from "./open-reader.ts";

export interface ReplayOptions {
  readonly speed?: string;
  readonly idleMax?: string;
  readonly raw?: boolean;
}

/** As a shell says that Ctrl-C ended it. */
const INTERRUPTED_STATUS = 130;

/** Plays what the terminal of a session showed. */
export async function replay(
  context: CommandContext,
  options: ReplayOptions,
  [session = ""]: readonly string[],
): Promise<number> {
  const { isJson, output } = context;
  const speed = speedOf(options.speed);
  const idleMaxMs = idleMaxOf(options.idleMax);
  if (!isJson && options.raw !== true && process.stdout.isTTY !== true)
    throw new CliError(
      "USAGE",
      "this is no terminal that a recording could be played in",
      "ask for --json, or for --raw",
    );
  const directory = dataDirectoryToRead(context.environment, context);
  const reader = await openReaderOf(context, directory);
  const recording = await sessionRecording(reader, session);
  await noteLook(context, directory, { asked: session, command: "replay", records: recording.marks.length });
  if (recording.missing.length > 0)
    output.hint(`custody: pieces are missing: ${recording.missing.slice(0, 20).join(", ")}`);
  if (isJson) for await (const line of castLines(recording)) output.json(line);
  else if (options.raw === true) await writeRaw(recording, output);
  else return playHere(context, recording, { idleMaxMs, speed });
  return 0;
}

async function writeRaw(recording: SessionRecording, output: CommandContext["output"]): Promise<void> {
  for await (const { code, data } of recording.events()) if (code === "o") output.write(data);
}

async function playHere(
  { output }: CommandContext,
  recording: SessionRecording,
  options: { readonly speed: number; readonly idleMaxMs: number },
): Promise<number> {
  const { columns, rows } = recording.header;
  if (columns > (process.stdout.columns ?? columns) || rows > (process.stdout.rows ?? rows))
    output.hint(`custody: it was recorded at ${columns}x${rows}, which is more than this terminal has`);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop);
  await play(recording, { ...options, signal: stopping.signal, write: output.write });
  process.off("SIGINT", stop);
  return stopping.signal.aborted ? INTERRUPTED_STATUS : 0;
}

function speedOf(text = "1"): number {
  const speed = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && speed > 0) return speed;
  throw new CliError("USAGE", `--speed ${text} is no speed`, "write 2, or 0.5");
}

function idleMaxOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new CliError("USAGE", `--idle-max ${text} is no time`, "write 2s, or 1m");
}
