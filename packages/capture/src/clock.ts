/** The clocks of a run; given, so that a run can be replayed. */
export interface Clock {
  /** Microseconds since the epoch. */
  nowUs(): number;
  /** Microseconds of a clock that never steps back. */
  monotonicUs(): number;
}
