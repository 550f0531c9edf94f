/** An event that waits, as JSON, with its number in its source. */
export interface Waiting {
  readonly sequence: number;
  readonly json: string;
}

/** Events of one source, oldest first, until the server has them. */
export interface EventQueue {
  /** Names the source: one run of one program. */
  readonly instance: string;
  /** The number from which on another source is counted, since the server has lost what was before it; see `restart`. */
  readonly base: number;
  /** Whether nothing can come any more. */
  readonly isEnded: boolean;
  /** The oldest, up to so many characters, but at least one when there is any. */
  peek(lengthMax: number): readonly Waiting[];
  /** The server has everything up to this number. */
  acknowledge(sequence: number): void;
  /** Goes back to this number, which the server says comes next; false where it is not kept any more. */
  rewind(sequence: number): boolean;
  /** From this number on, events are of a new source, which begins at 0. Lasts. */
  restart(sequence: number): void;
}
