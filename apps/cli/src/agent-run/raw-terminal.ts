import { spawnSync } from "node:child_process";

/**
 * Makes our terminal pass on every key and every byte as it is. Node.js leaves it to put a carriage return before each line
 * feed that we write; but the program's own terminal has done so where that is wanted, and where it is not, a line feed
 * only goes down.
 */
export function makeTerminalRaw(): void {
  process.stdin.setRawMode(true);
  spawnSync("stty", ["-opost"], { stdio: ["inherit", "ignore", "ignore"] });
}

/** As it was before the first time, output included. */
export function restoreTerminal(): void {
  process.stdin.setRawMode(false);
}
