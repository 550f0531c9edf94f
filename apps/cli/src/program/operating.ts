import type { Command } from "commander";
import { indexRebuild } from "../commands/index-rebuild.ts";
import { showIndexStatus } from "../commands/index-status.ts";
import type { Define } from "./define.ts";

/** What keeps an installation running for years. */
export function defineOperating(program: Command, define: Define): void {
  const index = program
    .command("index")
    .description("what lists and searches are answered from")
    .helpOption("--help", "print help");
  define(
    index,
    "rebuild",
    "delete the index and build it again from the ledger; no server may run",
    ["index rebuild"],
    indexRebuild,
  );
  define(index, "status", "how far the index is", ["index status", "index status --json"], showIndexStatus);
}
