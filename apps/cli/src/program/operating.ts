import type { Command } from "commander";
import type { Define } from "./define.ts";

/** What keeps an installation running for years. */
export function defineOperating(_program: Command, _define: Define): void {}
