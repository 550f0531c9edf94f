import type { Command } from "commander";
import type { WitnessServeOptions } from "../commands/witness-serve.ts";
import { type Define, later } from "./define.ts";

/** Being a witness for the logs of others, on a machine of its own. */
export function defineWitnessing(program: Command, define: Define): void {
  const witness = program
    .command("witness")
    .description("a witness that cosigns the checkpoints of ledgers on other machines")
    .helpOption("--help", "print help");
  define<WitnessServeOptions>(
    witness,
    "serve",
    "cosign checkpoints that follow from the ones before, and no others",
    [
      "witness serve --data /srv/witness --log ledger.key",
      'witness serve --data /srv/witness --log "$LOG_KEY" --listen 0.0.0.0:7171 --tls-cert w.crt --tls-key w.key',
    ],
    later(async () => (await import("../commands/witness-serve.ts")).witnessServe),
  )
    .requiredOption("--log <key...>", "what `custody keys verifier` printed, or a file with such keys")
    .option("--listen <address>", "where it answers", "127.0.0.1:7171")
    .option("--name <name>", "what its key is called, made at the first start; default: HOST/witness")
    .option("--tls-cert <file>", "the certificate in PEM, for other machines to reach it")
    .option("--tls-key <file>", "its key")
    .option("--allow-plaintext", "let other machines reach it without TLS");
  define(
    witness,
    "key",
    "print the public key that its cosignatures are checked with",
    ["witness key --data /srv/witness"],
    later(async () => (await import("../commands/witness-key.ts")).witnessKey),
  );
}
