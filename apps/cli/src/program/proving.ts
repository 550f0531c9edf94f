import type { Command } from "commander";
import { check } from "../commands/check.ts";
import { keysList } from "../commands/keys-list.ts";
import { keysRotate } from "../commands/keys-rotate.ts";
import { keysVerifier } from "../commands/keys-verifier.ts";
import { prove } from "../commands/prove.ts";
import { verify } from "../commands/verify.ts";
import type { Define } from "./define.ts";

/** What proves records, and checks proofs. */
export function defineProving(program: Command, define: Define): void {
  define(
    program,
    "verify",
    "check the whole ledger offline",
    ["verify", "verify --checkpoint old-checkpoint.txt"],
    verify,
  ).option("--checkpoint <file>", "an older checkpoint, kept elsewhere: history must still begin with it");
  define<{ output?: string }>(
    program,
    "prove <id>",
    "a receipt for one record",
    ["prove 41 -o receipt.txt"],
    (context, options, [id]) => prove(context, id as string, options),
  ).option("-o, --output <file>", "default: standard output");
  define<{ key: string }>(
    program,
    "check <file>",
    "check a receipt, on any machine",
    ['check receipt.txt --key "$(custody keys verifier)"'],
    (context, options, [file]) => check(context, file as string, options),
  ).requiredOption("--key <key>", "what `custody keys verifier` printed, or a file with it");
  const keys = program.command("keys").description("the ledger's keys").helpOption("--help", "print help");
  define(
    keys,
    "verifier",
    "print the public key that receipts are checked with",
    ["keys verifier", "keys verifier --all"],
    keysVerifier,
  ).option("--all", "also the keys of earlier origins, oldest first");
  define<{ readonly session?: string; readonly limit?: string }>(
    keys,
    "list",
    "the data keys: what they are for, and how many records they encrypt",
    ["keys list", "keys list --session 01a1fa1b-7db8-7000-b3c5-28279ae09295 --json"],
    keysList,
  )
    .option("--session <id>", "only those of one session")
    .option("--limit <n>", "at most so many; default: 1000");
  define(keys, "rotate", "wrap every data key under a new master key", ["keys rotate"], keysRotate);
}
