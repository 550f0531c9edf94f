import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentFileText, unitText } from "./unit-text.ts";

const options = {
  config: "/etc/custody/custody.yaml",
  environmentFile: "/etc/custody/custody.env",
  launcher: "/opt/custody/apps/cli/bin/custody.mjs",
  node: process.execPath,
  user: "root",
};

test("the unit runs as its own user, may write to its data only, and reloads by signal", () => {
  const unit = unitText({ ...options, user: "custody" });
  for (const line of [
    "User=custody",
    "StateDirectory=custody",
    "ProtectSystem=strict",
    "NoNewPrivileges=yes",
    "Restart=on-failure",
    "LimitNOFILE=65536",
    "ExecReload=/bin/kill -HUP $MAINPID",
  ])
    expect(unit.split("\n")).toContain(line);
});

test("paths with spaces, percent signs and dollars stay one word", () => {
  expect(unitText({ ...options, config: '/a b/50%/$x/"y"' })).toContain('--config "/a b/50%%/$$x/\\"y\\""');
});

test("the file for secrets holds names, and no secret", () => {
  expect(environmentFileText(["SHOP_DATABASE_URL"])).toContain("#SHOP_DATABASE_URL=");
});

function hasSystemd(): boolean {
  try {
    execFileSync("systemd-analyze", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** It says what it does not understand, and succeeds all the same. */
function complaints(unit: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "custody-unit-")), "custody.service");
  writeFileSync(file, unit);
  return spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" }).stderr;
}

test.runIf(hasSystemd())("systemd finds nothing wrong with it", () => {
  const unit = unitText({ ...options, launcher: "/bin/true" });
  expect(complaints(unit)).toBe("");
  expect(complaints(unit.replace("ProtectSystem=", "ProtectSytem="))).toContain("ProtectSytem");
});
