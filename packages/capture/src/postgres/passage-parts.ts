import type { Decider, Recorder } from "@custody/domain";
import type { AnswerReader } from "./answers.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { ConnectionContext } from "./context.ts";
import type { Borrow } from "./server-loan.ts";

/** What a segment needs on its way through a connection. */
export interface PassageParts {
  readonly context: ConnectionContext;
  readonly state: ConnectionState;
  readonly answers: AnswerReader;
  readonly decider: Decider;
  readonly recorder: Recorder;
  readonly borrow: Borrow;
  /** Sends bytes to the server. */
  readonly send: (pieces: readonly Buffer[]) => void;
  /** Reads bytes as if the server had sent them now. */
  readonly replay: (bytes: Buffer) => void;
  /** Sends bytes of ours to the client, behind what is on its way to it. */
  readonly tell: (bytes: readonly Buffer[]) => void;
  /** Says when the client does not wait any more, and why. */
  readonly interruptible: () => Interruptible;
}

/** Something that takes as long as people do. */
export interface Interruptible {
  readonly interrupted: Promise<Interruption>;
  /** It is over. */
  readonly done: () => void;
}

/** `cancel`: the client waits for an answer, and does not want it to take longer. `gone`: nobody waits. */
export interface Interruption {
  readonly kind: "cancel" | "gone";
  readonly reason: string;
}
