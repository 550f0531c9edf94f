import { closeSync, openSync } from "node:fs";

/** Resolves at the first SIGTERM or SIGINT; `again` is called at every later one. */
export function askedToStop(again: () => void): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    const onSignal = () => {
      if (isAsked) again();
      isAsked = true;
      resolve();
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
}

/**
 * Tells whether the terminal that the process was started at is gone: then SIGHUP is what it always was, a request to
 * end. Without a terminal it is a request to reload.
 */
export function terminalWatch(): () => boolean {
  const hadTerminal = canOpenTerminal();
  return () => hadTerminal && !canOpenTerminal();
}

function canOpenTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
