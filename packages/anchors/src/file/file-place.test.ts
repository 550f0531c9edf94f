import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SignedCheckpoint } from "../place.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { GrowingLedger } from "../testing/growing-ledger.ts";
import { filePlace } from "./file-place.ts";

const everyMs = 3_600_000;

function placeOf({ ledger, logKey }: GrowingLedger, folder: string = temporaryDirectory()) {
  return {
    folder,
    own: join(folder, "log.example/shop"),
    place: filePlace({ everyMs, folder, ledger, logKey }),
  };
}

const text = (own: string, name: string) => readFileSync(join(own, name), "utf8");
const files = (own: string) => readdirSync(own).sort();

test("each checkpoint becomes a file of its own, and the newest is also there as latest", async () => {
  const ledger = await GrowingLedger.begin();
  const { folder, own, place } = placeOf(ledger);
  expect(place).toMatchObject({ everyMs, kind: "file", name: folder });
  const first = ledger.grow(2);
  await place.keep(first);
  expect(text(own, "latest")).toBe(first.note);
  const second = ledger.grow(300);
  await place.keep(second);
  await place.keep(second);
  expect(files(own)).toEqual([`${first.size}.checkpoint`, `${second.size}.checkpoint`, "latest"].sort());
  expect(text(own, `${first.size}.checkpoint`)).toBe(first.note);
  expect(text(own, `${second.size}.checkpoint`)).toBe(second.note);
  expect(text(own, "latest")).toBe(second.note);
});

test("two ledgers may use one folder", async () => {
  const [one, other] = [await GrowingLedger.begin(), await GrowingLedger.begin("log.example/other")];
  const { folder, own, place } = placeOf(one);
  await place.keep(one.grow(1));
  await filePlace({ everyMs, folder, ledger: other.ledger, logKey: other.logKey }).keep(other.grow(5));
  expect(files(own)).toHaveLength(2);
  expect(files(join(folder, "log.example/other"))).toHaveLength(2);
});

/** What is refused, with nothing changed in the place. */
async function refusal(given: ReturnType<typeof placeOf>, checkpoint: SignedCheckpoint): Promise<string> {
  const before = files(given.own).map((name) => [name, text(given.own, name)]);
  const outcome = await given.place.keep(checkpoint).then(
    () => "kept",
    ({ code, message }) => `${code}: ${message}`,
  );
  expect(files(given.own).map((name) => [name, text(given.own, name)])).toEqual(before);
  return outcome;
}

test("a rewritten ledger is found, although it is signed as it should be", async () => {
  const ledger = await GrowingLedger.begin();
  const before = ledger.grow(3);
  const forged = ledger.copy();
  const given = placeOf(forged);
  await filePlace({ everyMs, folder: given.folder, ledger: ledger.ledger, logKey: ledger.logKey }).keep(
    ledger.grow(3, "rm -rf /"),
  );
  forged.grow(3, "ls");
  const rewritten = forged.grow(3, "more");
  expect(rewritten.size).toBeGreaterThan(before.size);
  expect(await refusal(given, rewritten)).toMatch(
    /^PLACE_CONTRADICTED: .*latest covers \d+ entries that are not the ledger's first — /,
  );
});

test("a ledger with another past of the same size is found", async () => {
  const ledger = await GrowingLedger.begin();
  ledger.grow(1);
  const forged = ledger.copy();
  const given = placeOf(forged);
  const told = ledger.grow(3, "rm -rf /");
  await filePlace({ everyMs, folder: given.folder, ledger: ledger.ledger, logKey: ledger.logKey }).keep(told);
  const rewritten = forged.grow(3, "ls");
  expect(rewritten.size).toBe(told.size);
  expect(await refusal(given, rewritten)).toMatch(/^PLACE_CONTRADICTED/);
});

test("an older copy of the ledger in place of the newer is found", async () => {
  const ledger = await GrowingLedger.begin();
  const old = ledger.grow(1);
  const before = ledger.copy();
  const { folder, place } = placeOf(ledger);
  await place.keep(ledger.grow(5));
  const given = placeOf(before, folder);
  expect(await refusal(given, old)).toMatch(
    /^PLACE_CONTRADICTED: .*latest covers 6 entries, and the ledger has published 1 — /,
  );
  // Also when somebody has put `latest` back.
  writeFileSync(join(given.own, "latest"), old.note);
  expect(await refusal(given, old)).toMatch(/^PLACE_CONTRADICTED: .*6\.checkpoint covers/);
});

test("a checkpoint that is older than the one that is there waits for the next, and is no alarm", async () => {
  const ledger = await GrowingLedger.begin();
  const old = ledger.grow(1);
  const given = placeOf(ledger);
  await given.place.keep(ledger.grow(5));
  expect(await refusal(given, old)).toMatch(/^PLACE_REFUSED: .* is newer — the next checkpoint will do$/);
});

test("what the ledger has not signed is no claim about its past, and is not written over", async () => {
  const ledger = await GrowingLedger.begin();
  const given = placeOf(ledger);
  const first = ledger.grow(2);
  await given.place.keep(first);
  const second = ledger.grow(2);
  const other = (await GrowingLedger.begin()).grow(9);
  writeFileSync(join(given.own, "latest"), other.note);
  expect(await refusal(given, second)).toMatch(
    /^EVIDENCE_INVALID: .* is no checkpoint that this ledger has signed — /,
  );
  writeFileSync(join(given.own, "latest"), "hello");
  expect(await refusal(given, second)).toMatch(/^EVIDENCE_INVALID/);
  writeFileSync(join(given.own, "latest"), "x".repeat(2_000_000));
  expect(await refusal(given, second)).toMatch(/^EVIDENCE_INVALID/);
});

test("a folder that is not there is not made: it may be a mount that is missing", async () => {
  const ledger = await GrowingLedger.begin();
  const folder = join(temporaryDirectory(), "mount");
  const { place } = placeOf(ledger, folder);
  const checkpoint = ledger.grow(1);
  await expect(place.keep(checkpoint)).rejects.toMatchObject({
    code: "PLACE_UNREACHABLE",
    message: `${folder} is not there — mount it, or make it`,
  });
  expect(existsSync(folder)).toBe(false);
  mkdirSync(folder);
  await place.keep(checkpoint);
});

test("a file left by a crash is no hindrance, and one in the way of a folder is named", async () => {
  const ledger = await GrowingLedger.begin();
  const { folder, own, place } = placeOf(ledger);
  const checkpoint = ledger.grow(1);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, `${checkpoint.size}.checkpoint.1-1.tmp`), "half");
  await place.keep(checkpoint);
  expect(text(own, "latest")).toBe(checkpoint.note);
  const blocked = temporaryDirectory();
  writeFileSync(join(blocked, "log.example"), "in the way");
  await expect(placeOf(ledger, blocked).place.keep(checkpoint)).rejects.toMatchObject({
    code: "PLACE_REFUSED",
    message: expect.stringContaining(`${blocked} cannot be used: `),
  });
  expect(files(folder)).toEqual(["log.example"]);
});
