import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SignedCheckpoint } from "../place.ts";
import { GrowingLedger, temporaryDirectory } from "../testing/growing-ledger.ts";
import { filePlace } from "./file-place.ts";

const everyMs = 3_600_000;

function placeOf(history: GrowingLedger, folder: string = temporaryDirectory()) {
  return { folder, own: join(folder, "log.example/shop"), place: filePlace({ everyMs, folder, history }) };
}

const text = (own: string, name: string) => readFileSync(join(own, name), "utf8");
const files = (own: string) => readdirSync(own).sort();

test("each checkpoint becomes a file of its own, and the newest is also there as latest", async () => {
  const ledger = new GrowingLedger();
  const { folder, own, place } = placeOf(ledger);
  expect(place).toMatchObject({ everyMs, kind: "file", name: folder });
  const first = await ledger.grow(2);
  await place.keep(first);
  expect(text(own, "latest")).toBe(first.note);
  const second = await ledger.grow(300);
  await place.keep(second);
  await place.keep(second);
  expect(files(own)).toEqual([`${first.size}.checkpoint`, `${second.size}.checkpoint`, "latest"].sort());
  expect(text(own, `${first.size}.checkpoint`)).toBe(first.note);
  expect(text(own, `${second.size}.checkpoint`)).toBe(second.note);
  expect(text(own, "latest")).toBe(second.note);
});

test("two ledgers may use one folder", async () => {
  const [one, other] = [new GrowingLedger(), new GrowingLedger(undefined, "log.example/other")];
  const { folder, own, place } = placeOf(one);
  await place.keep(await one.grow(1));
  await filePlace({ everyMs, folder, history: other }).keep(await other.grow(5));
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
  const ledger = new GrowingLedger();
  const before = await ledger.grow(3);
  const forged = ledger.copy();
  const given = placeOf(forged);
  await filePlace({ everyMs, folder: given.folder, history: ledger }).keep(await ledger.grow(3, "rm -rf /"));
  await forged.grow(3, "ls");
  const rewritten = await forged.grow(3, "more");
  expect(rewritten.size).toBeGreaterThan(before.size);
  expect(await refusal(given, rewritten)).toMatch(
    /^PLACE_CONTRADICTED: the first \d+ entries of the ledger are not those that .*latest covers$/,
  );
});

test("a ledger with another past of the same size is found", async () => {
  const ledger = new GrowingLedger();
  await ledger.grow(1);
  const forged = ledger.copy();
  const given = placeOf(forged);
  const told = await ledger.grow(3, "rm -rf /");
  await filePlace({ everyMs, folder: given.folder, history: ledger }).keep(told);
  const rewritten = await forged.grow(3, "ls");
  expect(rewritten.size).toBe(told.size);
  expect(await refusal(given, rewritten)).toMatch(/^PLACE_CONTRADICTED/);
});

test("an older copy of the ledger in place of the newer is found", async () => {
  const ledger = new GrowingLedger();
  const old = await ledger.grow(1);
  const given = placeOf(ledger);
  await given.place.keep(await ledger.grow(5));
  expect(await refusal(given, old)).toMatch(
    /^PLACE_CONTRADICTED: .* covers \d+ entries, and the ledger has signed \d+ only$/,
  );
  // Also when somebody has put `latest` back, and when `latest` alone is left.
  writeFileSync(join(given.own, "latest"), old.note);
  expect(await refusal(given, old)).toMatch(/^PLACE_CONTRADICTED: .*\.checkpoint covers/);
});

test("what the ledger has not signed is no claim about its past, and is not written over", async () => {
  const ledger = new GrowingLedger();
  const given = placeOf(ledger);
  const first = await ledger.grow(2);
  await given.place.keep(first);
  const second = await ledger.grow(2);
  const other = await new GrowingLedger().grow(9);
  writeFileSync(join(given.own, "latest"), other.note);
  expect(await refusal(given, second)).toMatch(/^EVIDENCE_INVALID: .* this ledger has not signed$/);
  writeFileSync(join(given.own, "latest"), "hello");
  expect(await refusal(given, second)).toMatch(/^EVIDENCE_MALFORMED: .* something else than a checkpoint$/);
  writeFileSync(join(given.own, "latest"), "x".repeat(2_000_000));
  expect(await refusal(given, second)).toMatch(/^EVIDENCE_MALFORMED/);
});

test("a folder that is not there is not made: it may be a mount that is missing", async () => {
  const ledger = new GrowingLedger();
  const folder = join(temporaryDirectory(), "mount");
  const { place } = placeOf(ledger, folder);
  const checkpoint = await ledger.grow(1);
  await expect(place.keep(checkpoint)).rejects.toMatchObject({
    code: "PLACE_UNREACHABLE",
    message: `${folder} is not there: mount it, or make it`,
  });
  expect(existsSync(folder)).toBe(false);
  mkdirSync(folder);
  await place.keep(checkpoint);
});

test("a file left by a crash is no hindrance, and one in the way of a folder is named", async () => {
  const ledger = new GrowingLedger();
  const { folder, own, place } = placeOf(ledger);
  const checkpoint = await ledger.grow(1);
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
