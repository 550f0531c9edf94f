import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileKeySource, openLedger } from "@custody/ledger";
import { expect, onTestFinished, test } from "vitest";
import { keyOptionsOf } from "../keys/key-options.ts";
import { makeBackup, withoutPasswords } from "./make-backup.ts";

test("a place that cannot be written is named, and is no mistake of ours", async () => {
  const data = mkdtempSync(join(tmpdir(), "custody-backup-"));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  await (await openLedger({ directory: data })).close();
  const environment = { variables: {}, version: "0", workingDirectory: data };
  const keysOf = (directory: string) => keyOptionsOf(undefined, directory, environment);
  const options = { config: undefined, data, keysOf, onProgress: () => {}, version: "0", withKey: false };
  // No folder can be made where a link to nowhere is, not even by root.
  const to = join(data, "../", `${basename(data)}-link`);
  symlinkSync("nowhere/at/all", to);
  onTestFinished(() => rmSync(to));
  await expect(makeBackup({ ...options, to })).rejects.toMatchObject({
    code: "FILE_UNUSABLE",
    message: expect.stringContaining(to),
  });
});

test("a backup has the blobs of its ledger, and lists them", async () => {
  const data = mkdtempSync(join(tmpdir(), "custody-backup-"));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const ledger = await openLedger({ directory: data });
  const scope = { class: "session", project: "default", session: "s" };
  const { key } = await ledger.putBlob(scope, Buffer.from("a long prompt"));
  await ledger.close();
  const to = `${data}-copy`;
  onTestFinished(() => rmSync(to, { recursive: true, force: true }));
  const keySource = fileKeySource(join(data, "keys/master.key"));
  const keysOf = async () => ({ keyFile: undefined, keySource, previousKeySources: [] });
  const options = { config: undefined, data, keysOf, onProgress: () => {}, to, version: "0", withKey: false };
  const { manifest } = await makeBackup(options);
  expect(manifest.files.map(({ path }) => path)).toContain(`blobs/${key}/000001.pack`);
});

test.each([
  ["upstream: postgres://app:s3cret@127.0.0.1/shop", "upstream: postgres://app:REDACTED@127.0.0.1/shop"],
  ['upstream: "postgresql://app:p@ss@[::1]:5432/x"', 'upstream: "postgresql://app:REDACTED@[::1]:5432/x"'],
  ["upstream: postgres://app@127.0.0.1/shop", "upstream: postgres://app@127.0.0.1/shop"],
  ["upstream: { env: SHOP_DATABASE_URL }", "upstream: { env: SHOP_DATABASE_URL }"],
])("%s has no password left", (text, safe) => {
  expect(withoutPasswords(text)).toBe(safe);
});
