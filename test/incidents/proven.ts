import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { expect } from "vitest";
import type { Scene } from "./scene.ts";

const command = new URL("../../apps/cli/bin/custody.mjs", import.meta.url).pathname;
const FINAL = /^db\.statement\.(completed|denied|failed|cancelled|unknown)$/;

/**
 * How every incident ends: the ledger is whole, each request has exactly one final record, and what was exported of a session
 * convinces a process that has only that and the key.
 */
export async function expectProven(scene: Scene, session: string): Promise<void> {
  const records = await scene.custody.records<AuditRecord>();
  const requested = records.filter(({ type }) => type === "db.statement.requested");
  const finals = records.filter(({ type }) => FINAL.test(type));
  expect(requested.length).toBeGreaterThan(0);
  expect(finals.map(({ action }) => action).sort()).toEqual(requested.map(({ action }) => action).sort());
  expect(JSON.parse(await scene.ok("verify", "--json"))).toMatchObject({ findings: [], ok: true });
  const key = (await scene.ok("keys", "verifier")).trim();
  await scene.ok("export", "--session", session, "--bundle", "evidence");
  checkElsewhere(join(scene.custody.directory, "evidence"), key);
}

/** In a directory that has nothing but the folder, with an environment that knows no Custody. */
function checkElsewhere(folder: string, key: string): void {
  const elsewhere = mkdtempSync(join(tmpdir(), "custody-auditor-"));
  try {
    cpSync(folder, join(elsewhere, "evidence"), { recursive: true });
    const options = { cwd: elsewhere, env: { PATH: process.env["PATH"] } };
    const printed = execFileSync(
      process.execPath,
      [command, "check", "evidence", "--key", key, "--json"],
      options,
    );
    expect(JSON.parse(printed.toString())).toMatchObject({ ok: true });
  } finally {
    rmSync(elsewhere, { force: true, recursive: true });
  }
}
