import type { Command } from "commander";
import type { KeysExportOptions } from "../commands/keys-export.ts";
import type { KeysRestoreOptions } from "../commands/keys-restore.ts";
import { type Define, later } from "./define.ts";

/** What is done with the ledger's keys. */
export function defineKeys(program: Command, define: Define): void {
  const keys = program.command("keys").description("the ledger's keys").helpOption("--help", "print help");
  define(
    keys,
    "verifier",
    "print the public key that receipts are checked with",
    ["keys verifier", "keys verifier --all"],
    later(async () => (await import("../commands/keys-verifier.ts")).keysVerifier),
  ).option("--all", "also the keys of earlier origins, oldest first");
  define<{ readonly session?: string; readonly limit?: string }>(
    keys,
    "list",
    "the data keys: what they are for, and how many records they encrypt",
    ["keys list", "keys list --session 01a1fa1b-7db8-7000-b3c5-28279ae09295 --json"],
    later(async () => (await import("../commands/keys-list.ts")).keysList),
  )
    .option("--session <id>", "only those of one session")
    .option("--limit <n>", "at most so many; default: 1000");
  define(
    keys,
    "rotate",
    "wrap every data key under a new master key",
    ["keys rotate"],
    later(async () => (await import("../commands/keys-rotate.ts")).keysRotate),
  );
  define<KeysExportOptions>(
    keys,
    "export",
    "a recovery copy of the master key, for whoever has the identity of an age recipient",
    ["keys export --to age1… -o custody-recovery.age", "keys export --to age1… age1…"],
    later(async () => (await import("../commands/keys-export.ts")).keysExport),
  )
    .requiredOption("--to <recipient...>", "age recipients; each can open the copy alone")
    .option("-o, --output <file>", "a new file; default: standard output");
  define<KeysRestoreOptions>(
    keys,
    "restore <file>",
    "put the master key back from a recovery copy, after having tried that it opens this ledger",
    [
      "keys restore custody-recovery.age --identity custody-recovery.txt",
      "keys restore custody-recovery.age --identity custody-recovery.txt --dry-run",
    ],
    async (context, options, [file]) =>
      (await import("../commands/keys-restore.ts")).keysRestore(context, file as string, options),
  )
    .requiredOption("--identity <file>", "the age identity that the copy was made for")
    .option("--dry-run", "only try whether the copy would do; nothing is changed");
}
