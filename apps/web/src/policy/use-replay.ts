import { useEffect, useRef, useState } from "react";
import { ApiProblem } from "../api/problem.ts";
import { readEvents } from "../stream/follow-events.ts";
import type { Replayed, ReplayProgress } from "./policy.ts";

interface Question {
  readonly text: string;
  readonly since: string;
  readonly until: string;
}

/** What a replay has found; further pages are asked for with the same times. */
export interface FoundReplay extends Replayed {
  readonly question: Question;
}

export interface ReplayHandle {
  readonly isRunning: boolean;
  readonly isStopped: boolean;
  readonly progress: ReplayProgress | undefined;
  readonly error: unknown;
  readonly found: FoundReplay | undefined;
  /** From so many milliseconds ago until now. */
  begin(text: string, sinceMs: number): Promise<void>;
  more(): Promise<void>;
  stop(): void;
}

/** Replays a text, and says how far that is. Whoever leaves the page ends it. */
export function useReplay(): ReplayHandle {
  const [state, setState] = useState<Pick<ReplayHandle, "error" | "found" | "isStopped" | "progress">>({
    error: undefined,
    found: undefined,
    isStopped: false,
    progress: undefined,
  });
  const [isRunning, setRunning] = useState(false);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function run(question: Question, before: FoundReplay | undefined): Promise<void> {
    const controller = new AbortController();
    running.current = controller;
    setRunning(true);
    setState({ error: undefined, found: before, isStopped: false, progress: undefined });
    try {
      const found = await replay(question, before?.next ?? -1, controller.signal, (progress) =>
        setState((state) => ({ ...state, progress })),
      );
      const page = [...(before?.page ?? []), ...found.page];
      setState({
        error: undefined,
        found: { ...found, page, question },
        isStopped: false,
        progress: undefined,
      });
    } catch (error) {
      const isStopped = controller.signal.aborted;
      setState({ error: isStopped ? undefined : error, found: before, isStopped, progress: undefined });
    } finally {
      setRunning(false);
    }
  }

  return {
    ...state,
    begin: (text, sinceMs) => {
      const now = Date.now();
      const time = (ms: number) => new Date(ms).toISOString();
      return run({ since: time(now - sinceMs), text, until: time(now) }, undefined);
    },
    isRunning,
    more: async () => {
      const { found } = state;
      if (found !== undefined && found.next !== null) await run(found.question, found);
    },
    stop: () => running.current?.abort(),
  };
}

async function replay(
  question: Question,
  after: number,
  signal: AbortSignal,
  onProgress: (progress: ReplayProgress) => void,
): Promise<Replayed> {
  let found: Replayed | undefined;
  await readEvents("/api/policy/replay", { body: { ...question, after }, signal }, ({ data, event }) => {
    if (event === "progress") onProgress(JSON.parse(data) as ReplayProgress);
    if (event === "result") found = JSON.parse(data) as Replayed;
    if (event === "error") throw problemIn(data);
  });
  if (found === undefined) throw new ApiProblem(0, "unreachable", "");
  return found;
}

function problemIn(data: string): ApiProblem {
  const { code, message } = (JSON.parse(data) as { error: { code: string; message: string } }).error;
  return new ApiProblem(422, code, message);
}
