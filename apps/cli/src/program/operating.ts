import type { Command } from "commander";
import type { BackupCommandOptions } from "../commands/backup.ts";
import type { RecoverOptions } from "../commands/recover.ts";
import type { ServiceInstallOptions } from "../commands/service.ts";
import { type Define, later } from "./define.ts";

/** What keeps an installation running for years. */
export function defineOperating(program: Command, define: Define): void {
  define<BackupCommandOptions>(
    program,
    "backup <directory>",
    "copy the ledger and verify the copy, also while it is written",
    ["backup /mnt/backup/2026-11-20", "backup /mnt/safe/today --with-key"],
    async (context, options, [directory]) =>
      (await import("../commands/backup.ts")).backup(context, directory as string, options),
  ).option("--with-key", "include the master key, without which nobody can read the backup");
  define<RecoverOptions>(
    program,
    "recover",
    "let a copy go on as a ledger of its own, when the original is lost",
    ['recover --accept-loss --reason "the disk died" --data /srv/custody'],
    later(async () => (await import("../commands/recover.ts")).recover),
  )
    .option("--accept-loss", "yes, what the copy lacks is lost")
    .option("--reason <text>", "why; it becomes part of the record")
    .option(
      "--checkpoint <file>",
      "a later checkpoint, kept elsewhere: the record then says how much is missing",
    );
  defineConfig(program, define);
  defineService(program, define);
  defineIndex(program, define);
  define(
    program,
    "doctor",
    "look for what is wrong, or could be safer, on this machine",
    ["doctor", "doctor --json"],
    later(async () => (await import("../commands/doctor.ts")).doctor),
  );
}

function defineConfig(program: Command, define: Define): void {
  const config = program
    .command("config")
    .description("the configuration")
    .helpOption("--help", "print help");
  define(
    config,
    "check",
    "read the configuration, its policy and its variables, and say what would be guarded",
    ["config check", "config check --config /etc/custody.yaml --json"],
    later(async () => (await import("../commands/config-check.ts")).configCheck),
  );
  define(
    config,
    "reload",
    "have the running process read its configuration again",
    ["config reload"],
    later(async () => (await import("../commands/config-reload.ts")).configReload),
  );
}

function defineService(program: Command, define: Define): void {
  const service = program
    .command("service")
    .description("Custody as a service of systemd")
    .helpOption("--help", "print help");
  define<ServiceInstallOptions>(
    service,
    "install",
    "write a hardened unit, a user of its own, and a file for its secrets; needs root",
    ["service install", "service install --print"],
    later(async () => (await import("../commands/service.ts")).serviceInstall),
  )
    .option("--user <name>", "whom it runs as; default: custody")
    .option("--config <file>", "default: /etc/custody/custody.yaml")
    .option("--print", "only show the unit");
  define(
    service,
    "uninstall",
    "stop it and remove the unit; data and secrets stay",
    ["service uninstall"],
    later(async () => (await import("../commands/service.ts")).serviceUninstall),
  );
}

function defineIndex(program: Command, define: Define): void {
  const index = program
    .command("index")
    .description("what lists and searches are answered from")
    .helpOption("--help", "print help");
  define(
    index,
    "rebuild",
    "delete the index and build it again from the ledger; no server may run",
    ["index rebuild"],
    later(async () => (await import("../commands/index-rebuild.ts")).indexRebuild),
  );
  define(
    index,
    "status",
    "how far the index is",
    ["index status", "index status --json"],
    later(async () => (await import("../commands/index-status.ts")).showIndexStatus),
  );
}
