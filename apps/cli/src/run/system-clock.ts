/** The clocks of this machine, in microseconds. */
export interface SystemClock {
  nowUs(): number;
  monotonicUs(): number;
}

/** How long the fast clock runs before it is set by the system's again, which follows adjustments of the time. */
const SET_AGAIN_US = 1_000_000;

/**
 * The system gives milliseconds; the microseconds between are counted by the monotonic clock. While the two agree to
 * within a millisecond, time never runs backwards; a clock that was set is followed at once.
 */
export function systemClock(): SystemClock {
  const monotonicUs = () => performance.now() * 1000;
  let setAtUs = monotonicUs();
  let offsetUs = Date.now() * 1000 - setAtUs;
  return {
    monotonicUs,
    nowUs() {
      const nowUs = monotonicUs();
      if (nowUs - setAtUs > SET_AGAIN_US) {
        const systemUs = Date.now() * 1000;
        const driftUs = systemUs - (nowUs + offsetUs);
        // The system's milliseconds are cut off, so up to one of them is no difference.
        if (driftUs > 1000 || driftUs < -2000) offsetUs += driftUs;
        setAtUs = nowUs;
      }
      return Math.floor(nowUs + offsetUs);
    },
  };
}
