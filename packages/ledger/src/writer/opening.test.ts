import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileKeySource } from "../keys/key-source.ts";
import { masterKeyFromBytes } from "../keys/master-key.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entryOf } from "../testing/entries.ts";
import { takeImage } from "../testing/image.ts";
import { expectAllKept } from "../testing/oracle.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "./open-ledger.ts";

const segmentBytes = 4096;

async function closedLedger(withFile: boolean): Promise<string> {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, segmentBytes, ...(withFile ? {} : { masterKey }) });
  await ledger.append(entryOf(0));
  await ledger.close();
  return directory;
}

test("a wrong master key is called that, by whoever is given it, and changes nothing", async () => {
  const directory = await closedLedger(false);
  const before = takeImage(directory);
  const wrong = masterKeyFromBytes(Buffer.alloc(32, 8));
  const refused = {
    code: "MASTER_KEY_WRONG",
    message: expect.stringContaining("the master key does not open"),
  };
  await expect(openLedger({ directory, masterKey: wrong })).rejects.toMatchObject(refused);
  await expect(LedgerReader.open({ directory, masterKey: wrong })).rejects.toMatchObject(refused);
  await expect(verifyLedger({ directory, masterKey: wrong })).rejects.toMatchObject(refused);
  for (const [path, bytes] of before)
    if (!path.includes("lock")) expect(readFileSync(join(directory, path))).toEqual(bytes);
});

test.each<[string, (path: string) => void, RegExp]>([
  ["missing", (path) => rmSync(path), /is missing: restore it from your copy/],
  ["empty", (path) => writeFileSync(path, ""), /must hold 64 hexadecimal digits/],
  ["too short", (path) => writeFileSync(path, "abcd\n"), /must hold 64 hexadecimal digits/],
  ["in capitals", (path) => writeFileSync(path, `${"AB".repeat(32)}\n`), /must hold 64 hexadecimal digits/],
  ["readable by others", (path) => chmodSync(path, 0o644), /chmod 600/],
])("a master key file that is %s is refused, and no other is made", async (_, change, message) => {
  const directory = await closedLedger(true);
  const path = join(directory, "keys/master.key");
  change(path);
  const before = existsSync(path) && readFileSync(path, "utf8");
  await expect(openLedger({ directory })).rejects.toMatchObject({
    code: "MASTER_KEY_MALFORMED",
    message: expect.stringMatching(message),
  });
  expect(existsSync(path) && readFileSync(path, "utf8")).toBe(before);
});

test("a master key has 32 bytes", () => {
  const malformed = expect.objectContaining({ code: "MASTER_KEY_MALFORMED" });
  for (const size of [0, 16, 31, 33, 64])
    expect(() => masterKeyFromBytes(Buffer.alloc(size))).toThrow(malformed);
});

test("a master key file may live elsewhere", async () => {
  const [directory, elsewhere] = [temporaryDirectory(), temporaryDirectory()];
  const options = { directory, keySource: fileKeySource(join(elsewhere, "deep", "key")), segmentBytes };
  await (await openLedger(options)).close();
  await (await openLedger(options)).close();
  expect(existsSync(join(directory, "keys/master.key"))).toBe(false);
  expect(await verifyLedger(options)).toMatchObject({ ok: true, decrypted: true });
  expect(await verifyLedger({ directory })).toMatchObject({ ok: true, decrypted: false });
});

test.each([
  ["a newer format", '{"format":2,"something":"new"}\n', "FORMAT_NEWER"],
  ["null", "null", "FORMAT_UNKNOWN"],
  ["a list", "[]", "FORMAT_UNKNOWN"],
  ["nothing", "", "FORMAT_UNKNOWN"],
  ["an older format that never was", '{"format":0}', "FORMAT_UNKNOWN"],
])("%s in the format file is refused", async (_, text, code) => {
  const directory = await closedLedger(false);
  writeFileSync(join(directory, ".state/ledger.json"), text);
  await expect(openLedger({ directory, masterKey })).rejects.toMatchObject({ code });
  await expect(LedgerReader.open({ directory, masterKey })).rejects.toMatchObject({ code });
  await expect(verifyLedger({ directory, masterKey })).rejects.toMatchObject({ code });
});

test.each(["", "a b", "a+b", "a\nb", "a\u00a0b", "\ud800"])(
  "%j can be no origin, and nothing is made",
  async (origin) => {
    const directory = temporaryDirectory();
    await expect(openLedger({ directory, origin })).rejects.toMatchObject({ code: "VERIFIER_KEY_MALFORMED" });
    expect([...takeImage(directory).keys()].filter((path) => !path.includes("lock"))).toEqual([]);
  },
);

test("a directory without a ledger is called that by those who only read", async () => {
  const directory = temporaryDirectory();
  await expect(LedgerReader.open({ directory, masterKey })).rejects.toMatchObject({ code: "FORMAT_UNKNOWN" });
  await expect(verifyLedger({ directory })).rejects.toMatchObject({ code: "FORMAT_UNKNOWN" });
});

test.each([
  ["without its newline", (row: string) => row.trimEnd()],
  ["to its half", (row: string) => row.slice(0, row.length / 2)],
  ["to zeroes, as a page that never reached the disk", (row: string) => `${"\0".repeat(row.length - 1)}\n`],
])("a last row of the key ring that was cut %s never was in use, and is cut off", async (_, tear) => {
  const directory = await closedLedger(false);
  const path = join(directory, "keys/ring");
  const ring = readFileSync(path, "latin1");
  const row = ring.split("\n").at(-2) as string;
  writeFileSync(path, `${ring}${tear(`${row}${row}\n`)}`);
  await expectAllKept(directory, ["payload 0"]);
});

test("a row of the key ring that was changed is not taken for a torn one", async () => {
  const directory = await closedLedger(false);
  const path = join(directory, "keys/ring");
  const rows = readFileSync(path, "latin1").split("\n");
  for (let at = 0; at < rows.length - 1; at += 1) {
    const changed = (rows[at] as string).replace(
      /"wrap":"(.)/,
      (_, first) => `"wrap":"${first === "A" ? "B" : "A"}`,
    );
    writeFileSync(path, rows.with(at, changed).join("\n"));
    const report = await verifyLedger({ directory, masterKey });
    expect(report.findings.map(({ code }) => code)).toContain("KEY_RING_DAMAGED");
  }
});
