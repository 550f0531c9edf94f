import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { optional } from "../../../../test/postgres/optional.ts";
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

/** It says what it does not understand, and succeeds all the same. */
function complaints(analyze: string, unit: string): string {
  const folder = mkdtempSync(join(tmpdir(), "custody-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "custody.service");
  writeFileSync(file, unit);
  return spawnSync(analyze, ["verify", file], { encoding: "utf8" }).stderr;
}

test("systemd finds nothing wrong with it", (context) => {
  const analyze = optional("systemd-analyze", context);
  const unit = unitText({ ...options, launcher: "/bin/true" });
  expect(complaints(analyze, unit)).toBe("");
  expect(complaints(analyze, unit.replace("ProtectSystem=", "ProtectSytem="))).toContain("ProtectSytem");
});
