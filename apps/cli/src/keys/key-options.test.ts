import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@custody/ledger";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { keyOptionsFor } from "./key-options.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "custody-key-options-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

async function sourceFor(directory: string, named: { config?: string; data?: string } = {}): Promise<string> {
  const environment = { variables: {}, version: "0", workingDirectory: folder };
  const { keySource } = await keyOptionsFor({ environment, ...named }, join(folder, directory));
  return keySource.description;
}

function configure(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

async function makeLedger(name: string): Promise<void> {
  await openLedger({ directory: join(folder, name), segmentBytes: 8192 }).then((ledger) => ledger.close());
}

test("a configuration speaks for its own data directory, also where a key was left in that", async () => {
  configure("custody.yaml", "data: ./data\nmasterKey: { env: KEY }");
  await makeLedger("data");
  expect(await sourceFor("data")).toBe("environment variable KEY");
});

test("another directory has its own key; without one it is a copy of the configured ledger", async () => {
  configure("custody.yaml", "data: ./data\nmasterKey: { env: KEY }");
  await makeLedger("copy");
  const data = join(folder, "copy");
  const own = join(data, "keys/master.key");
  expect(await sourceFor("copy", { data })).toBe(`file ${own}`);
  renameSync(own, join(folder, "elsewhere"));
  expect(await sourceFor("copy", { data })).toBe("environment variable KEY");
});

test("a configuration that is named speaks for every directory", async () => {
  await makeLedger("copy");
  const config = configure("other.yaml", "masterKey: { file: other.key }");
  expect(await sourceFor("copy", { config, data: "copy" })).toBe(`file ${join(folder, "other.key")}`);
});

test("a broken configuration keeps nobody from the key that it names, or that is in the directory", async () => {
  configure("custody.yaml", "data: ./data\nmasterKey: { env: KEY }\ntargets: nonsense");
  expect(await sourceFor("data")).toBe("environment variable KEY");
  configure("custody.yaml", "masterKey: { nonsense: true }");
  await makeLedger("copy");
  const own = join(folder, "copy/keys/master.key");
  expect(await sourceFor("copy", { data: "copy" })).toBe(`file ${own}`);
  rmSync(own);
  await expect(sourceFor("copy", { data: "copy" })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});
