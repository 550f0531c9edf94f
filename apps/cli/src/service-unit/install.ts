import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CliError } from "../error.ts";

export const UNIT_PATH = "/etc/systemd/system/custody.service";
export const ENVIRONMENT_PATH = "/etc/custody/custody.env";
export const CONFIG_PATH = "/etc/custody/custody.yaml";

/** Told what was done, step by step. */
type Report = (text: string) => void;

/** Needs root. What is there already and belongs to the operator, the file with secrets, is left as it is. */
export function installUnit(
  { user, unit, environmentFile }: { user: string; unit: string; environmentFile: string },
  report: Report,
): void {
  refuseWithoutRoot();
  if (!succeeds("id", ["-u", user])) {
    const options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/var/lib/custody"];
    run("useradd", [...options, "--shell", "/usr/sbin/nologin", user]);
    report(`made the user ${user}`);
  }
  mkdirSync(dirname(ENVIRONMENT_PATH), { mode: 0o755, recursive: true });
  if (!existsSync(ENVIRONMENT_PATH)) {
    writeFileSync(ENVIRONMENT_PATH, environmentFile, { flag: "wx", mode: 0o600 });
    report(`wrote ${ENVIRONMENT_PATH}: put the databases' addresses into it`);
  }
  chmodSync(ENVIRONMENT_PATH, 0o600);
  writeFileSync(UNIT_PATH, unit, { mode: 0o644 });
  report(`wrote ${UNIT_PATH}`);
  run("systemctl", ["daemon-reload"]);
}

/** The data directory, the configuration and the secrets stay. */
export function uninstallUnit(report: Report): void {
  refuseWithoutRoot();
  if (!existsSync(UNIT_PATH))
    throw new CliError("NOT_FOUND", `there is no ${UNIT_PATH}`, "nothing needs to be done");
  succeeds("systemctl", ["disable", "--now", "custody.service"]);
  rmSync(UNIT_PATH);
  succeeds("systemctl", ["daemon-reload"]);
  report(`stopped custody, and removed ${UNIT_PATH}`);
}

function refuseWithoutRoot(): void {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new CliError(
      "USAGE",
      "this needs root on Linux with systemd",
      "use sudo; `custody service install --print` shows the unit",
    );
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function run(program: string, args: readonly string[]): void {
  try {
    execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (cause) {
    const said = String((cause as { stderr?: Buffer }).stderr ?? "").trim() || (cause as Error).message;
    throw new CliError("FILE_UNUSABLE", `${program} failed: ${said}`, "do it by hand, see docs/service.md", {
      cause,
    });
  }
}
