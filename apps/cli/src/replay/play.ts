import { setTimeout as sleep } from "node:timers/promises";
import { PlayableOutput } from "@custody/capture/terminal";
import type { SessionRecording } from "./session-recording.ts";

export interface PlayOptions {
  readonly speed: number;
  /** No pause is longer. */
  readonly idleMaxMs: number;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Colours, the main screen, the cursor, margins and character sets: whatever a recording that ends in the middle leaves. */
const AS_BEFORE = "\x1b[!p\x1b[?1049l\x1b[0m\x1b[?25h\x1b[?7h\x1b(B\r\n";

/** Plays what was shown, with its pauses, in the terminal of whoever looks: what would reach beyond the screen is left out. */
export async function play(
  recording: SessionRecording,
  { idleMaxMs, signal, speed, write }: PlayOptions,
): Promise<void> {
  const output = new PlayableOutput();
  let atUs = 0;
  let dueMs = performance.now();
  try {
    for await (const event of recording.events()) {
      dueMs += Math.min((event.atUs - atUs) / 1000 / speed, idleMaxMs);
      atUs = event.atUs;
      const waitMs = dueMs - performance.now();
      if (waitMs > 1) await sleep(waitMs, undefined, { signal });
      if (event.code === "o") write(output.push(event.data));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    write(AS_BEFORE);
  }
}
