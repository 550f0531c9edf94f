/** A browser without a screen, a sandbox, or anything that it would do by itself; as root it has no sandbox. */
export const CHROMIUM_FLAGS: string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-sync",
  "--no-first-run",
];
