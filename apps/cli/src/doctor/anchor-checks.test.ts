import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../config/read-config.ts";
import { checkAnchors } from "./anchor-checks.ts";

function checked(yaml: string) {
  const folder = mkdtempSync(join(tmpdir(), "custody-anchors-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ["data", "near"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "custody.yaml"), yaml);
  const environment = { variables: {}, version: "", workingDirectory: folder };
  const found = checkAnchors(join(folder, "data"), readConfig(folder), environment);
  return { folder, found: found.map(({ id, status, what }) => `${status} ${id}: ${what}`) };
}

test("without timestamps and anchors there is nothing to say", () => {
  expect(checked("").found).toEqual([]);
});

test("what is on the disk of the ledger is no other place, unless it is pushed away from there", () => {
  const { folder, found } = checked(
    "anchors: [{ file: near }, { git: near }, { git: near, remote: origin }, { file: not-there }]\n",
  );
  expect(found).toEqual(
    Array(2).fill(
      `warn anchors: ${join(folder, "near")} is on the disk of the ledger: whoever takes that has both`,
    ),
  );
});

test("another disk is another place", (context) => {
  const other = "/dev/shm";
  const { dev } = statSync(tmpdir());
  if (statSync(other, { throwIfNoEntry: false })?.dev === dev) return context.skip("there is one disk only");
  expect(checked(`anchors: [{ file: ${other} }]\n`).found).toEqual([
    "ok anchors: everything that they need is there",
  ]);
});

test("a variable that is not set, and roots that are none, are failures", () => {
  const s3 = "{ bucket: kept, region: eu, accessKeyId: { env: ID }, secretAccessKey: { env: SECRET } }";
  expect(checked(`anchors: [{ s3: ${s3} }]\n`).found).toEqual([
    expect.stringContaining(
      "fail anchors: anchors[0].s3.accessKeyId: the environment variable ID is not set",
    ),
  ]);
  expect(checked('timestamps: { authority: "http://a", roots: custody.yaml }\n').found).toEqual([
    expect.stringContaining("must hold certificates in PEM, and nothing else"),
  ]);
});
