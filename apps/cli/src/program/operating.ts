import type { Command } from "commander";
import { type BackupCommandOptions, backup } from "../commands/backup.ts";
import { configCheck } from "../commands/config-check.ts";
import { configReload } from "../commands/config-reload.ts";
import { doctor } from "../commands/doctor.ts";
import { indexRebuild } from "../commands/index-rebuild.ts";
import { showIndexStatus } from "../commands/index-status.ts";
import { type RecoverOptions, recover } from "../commands/recover.ts";
import { type ServiceInstallOptions, serviceInstall, serviceUninstall } from "../commands/service.ts";
import type { Define } from "./define.ts";

/** What keeps an installation running for years. */
export function defineOperating(program: Command, define: Define): void {
  define<BackupCommandOptions>(
    program,
    "backup <directory>",
    "copy the ledger and verify the copy, also while it is written",
    ["backup /mnt/backup/2026-11-20", "backup /mnt/safe/today --with-key"],
    (context, options, [directory]) => backup(context, directory as string, options),
  ).option("--with-key", "include the master key, without which nobody can read the backup");
  define<RecoverOptions>(
    program,
    "recover",
    "let a copy go on as a ledger of its own, when the original is lost",
    ['recover --accept-loss --reason "the disk died" --data /srv/custody'],
    recover,
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
    doctor,
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
    configCheck,
  );
  define(
    config,
    "reload",
    "have the running process read its configuration again",
    ["config reload"],
    configReload,
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
    serviceInstall,
  )
    .option("--user <name>", "whom it runs as; default: custody")
    .option("--config <file>", "default: /etc/custody/custody.yaml")
    .option("--print", "only show the unit");
  define(
    service,
    "uninstall",
    "stop it and remove the unit; data and secrets stay",
    ["service uninstall"],
    serviceUninstall,
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
    indexRebuild,
  );
  define(index, "status", "how far the index is", ["index status", "index status --json"], showIndexStatus);
}
