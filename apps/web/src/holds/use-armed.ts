import { useEffect, useRef, useState } from "react";

/** Longer than between the two clicks of a double click, which is no second thought. */
const ARMED_AFTER_MS = 500;
const ARMED_FOR_MS = 6_000;

/** A press that counts only after another one, a moment before it. */
export function useArmed(isGrave: boolean, act: () => void): { isArmed: boolean; press: () => void } {
  const [isArmed, setArmed] = useState(false);
  const since = useRef(0);
  useEffect(() => {
    if (!isArmed) return;
    const timer = setTimeout(() => setArmed(false), ARMED_FOR_MS);
    return () => clearTimeout(timer);
  }, [isArmed]);
  function press(): void {
    const now = performance.now();
    if (isGrave && !isArmed) {
      since.current = now;
      return setArmed(true);
    }
    if (isGrave && now - since.current < ARMED_AFTER_MS) return;
    setArmed(false);
    act();
  }
  return { isArmed, press };
}
