import type { Command } from "commander";
import type { ProveOptions } from "../commands/prove.ts";
import type { ReceiptTimeOptions } from "../outside/receipt-time.ts";
import { type Define, later } from "./define.ts";

/** What proves records, and checks proofs. */
export function defineProving(program: Command, define: Define): void {
  define(
    program,
    "verify",
    "check the whole ledger offline",
    ["verify", "verify --checkpoint old-checkpoint.txt"],
    later(async () => (await import("../commands/verify.ts")).verify),
  )
    .option("--checkpoint <file>", "an older checkpoint, kept elsewhere: history must still begin with it")
    .option(
      "--timestamps-roots <file>",
      "in PEM, who is trusted to say the time; else those of custody.yaml",
    );
  define<ProveOptions>(
    program,
    "prove <id>",
    "a receipt for one record",
    [
      "prove 41 -o receipt.txt",
      "prove 41 --with-record -o receipt.txt",
      "prove 41 --format cose -o receipt.cose",
      "prove 41 --timestamped -o receipt.txt",
    ],
    async (context, options, [id]) =>
      (await import("../commands/prove.ts")).prove(context, id as string, options),
  )
    .option("-o, --output <file>", "default: standard output")
    .option("--with-record", "put the record into it, for somebody without any key to read")
    .option("--format <format>", "tlog-proof (C2SP), or cose (RFC 9942)", "tlog-proof")
    .option("--timestamped", "under the oldest checkpoint with a timestamp, which is written to FILE.tsr");
  define<ReceiptTimeOptions & { key?: string; policy?: string }>(
    program,
    "check <path>",
    "check a receipt, or an evidence folder, on any machine",
    [
      'check receipt.txt --key "$(custody keys verifier)"',
      "check receipt.txt --key log.key --policy witnesses",
      "check receipt.txt --key log.key --timestamp receipt.txt.tsr --timestamps-roots roots.pem",
      "check evidence/ --key key.txt",
    ],
    async (context, options, [path]) =>
      (await import("../commands/check.ts")).check(context, path as string, options),
  )
    .option("--key <key>", "what `custody keys verifier` printed, or a file with it")
    .option("--policy <file>", "who must have cosigned a receipt: c2sp.org/tlog-policy")
    .option("--timestamp <file>", "a timestamp of its checkpoint, RFC 3161")
    .option("--timestamps-roots <file>", "in PEM, who is trusted to say the time");
}
