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
