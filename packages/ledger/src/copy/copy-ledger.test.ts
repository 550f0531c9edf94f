import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf, entryOf } from "../testing/entries.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { parseVerifierKey } from "../verifier/verifier-key.ts";
import { verifyReceipt } from "../verifier/verify-receipt.ts";
import { nodePrimitives } from "../verifier-node.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { copyLedger } from "./copy-ledger.ts";

const small = { masterKey, segmentBytes: 64 * 1024 };

/** A directory with a few hundred entries in the tree, and a copy of it beside. */
async function copied() {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...small, directory });
  await ledger.appendAll(entriesOf(0, 700), "durable");
  await ledger.checkpoint();
  const receipt = await (await LedgerReader.open({ directory, masterKey })).prove(5);
  const to = join(temporaryDirectory(), "copy");
  await copyLedger({ directory, masterKey, to, clock: () => 1_000 });
  return { directory, ledger, receipt, to };
}

describe("a copy", () => {
  test("made while the ledger is written is whole, and has what was acknowledged before", async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger({ ...small, checkpointIntervalMs: 20, directory });
    let isOver = false;
    let next = 0;
    const write = async () => {
      while (!isOver) {
        const from = next;
        next += 40;
        await ledger.appendAll(entriesOf(from, from + 40), "durable");
      }
    };
    const writing = write();
    for (let round = 0; round < 8; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      const before = ledger.durableSize;
      const to = join(temporaryDirectory(), "copy");
      const { files } = await copyLedger({ directory, masterKey, to });
      const report = await verifyLedger({ directory: to, masterKey });
      expect(report.findings).toEqual([]);
      expect(report.size).toBeGreaterThanOrEqual(before);
      expect(files.map(({ path }) => path)).toContain(".state/copy");
      expect(existsSync(join(to, "keys/master.key"))).toBe(false);
    }
    isOver = true;
    await writing;
    expect(next).toBeGreaterThan(2000);
    await ledger.close();
  });

  test("of a ledger that was closed, or never had an integration, is whole", async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger({ ...small, directory });
    const early = join(temporaryDirectory(), "copy");
    await copyLedger({ directory, masterKey, to: early });
    await ledger.append(entryOf(0));
    await ledger.close();
    const late = join(temporaryDirectory(), "copy");
    await copyLedger({ directory, to: late, masterKey });
    expect(await verifyLedger({ directory: early, masterKey })).toMatchObject({ findings: [] });
    expect(await verifyLedger({ directory: late, masterKey })).toMatchObject({
      findings: [],
      size: ledger.size,
    });
  });

  test("does not open until somebody accepts what it lacks", async () => {
    const { ledger, to } = await copied();
    await expect(openLedger({ ...small, directory: to })).rejects.toMatchObject({ code: "LEDGER_IS_COPY" });
    expect(await verifyLedger({ directory: to, masterKey })).toMatchObject({ ok: true });
    await ledger.close();
  });
});

describe("an accepted copy", () => {
  test("goes on under another origin and key, and what the old key signed stays checkable", async () => {
    const { directory, ledger, receipt, to } = await copied();
    const oldKey = ledger.verifierKey;
    const old = readFileSync(join(directory, "checkpoint"), "utf8");
    await ledger.appendAll(entriesOf(700, 750), "durable");
    const later = await ledger.checkpoint();
    await ledger.close();

    const acceptLoss = { reason: "the disk died", checkpoint: later };
    const restored = await openLedger({ ...small, acceptLoss, directory: to });
    expect(restored.origin).not.toBe(ledger.origin);
    await restored.append(entryOf(0, { source: "restored" }));
    await restored.close();
    const again = await openLedger({ ...small, directory: to });
    expect(again.verifierKey).toBe(restored.verifierKey);
    await again.close();

    expect(await verifyLedger({ directory: to, masterKey })).toMatchObject({ findings: [] });
    expect(await verifyLedger({ directory: to, masterKey, checkpoint: old })).toMatchObject({ findings: [] });
    const lost = await verifyLedger({ directory: to, masterKey, checkpoint: later });
    expect(lost.findings[0]).toMatchObject({ file: "the given checkpoint" });
    expect(readFileSync(join(to, "keys/past-verifiers"), "utf8")).toBe(`${oldKey}\n`);

    const reader = await LedgerReader.open({ directory: to, masterKey });
    const { entry } = await reader.entry(5);
    const check = async (text: string, key: string) =>
      verifyReceipt({
        entry,
        primitives: nodePrimitives,
        receipt: text,
        verifierKey: await parseVerifierKey(key, nodePrimitives),
      });
    await expect(check(receipt, oldKey)).resolves.toMatchObject({ index: 5 });
    await expect(check(await reader.prove(5), restored.verifierKey)).resolves.toMatchObject({ index: 5 });
    await expect(check(await reader.prove(5), oldKey)).rejects.toMatchObject({ code: "RECEIPT_INVALID" });

    const events: Record<string, unknown>[] = [];
    for await (const { envelope, payload } of reader.entries())
      if (envelope.t === "ledger.restored") events.push(JSON.parse(String(payload)));
    expect(events).toMatchObject([
      {
        copiedAtMs: 1_000,
        knownSize: ledger.size - 1,
        origin: restored.origin,
        previousOrigin: ledger.origin,
        previousVerifier: oldKey,
        reason: "the disk died",
      },
    ]);
    expect(events[0]?.["size"]).toBeLessThan(ledger.size - 50);
  });

  test("may be copied, lost and accepted again", async () => {
    const { ledger, to } = await copied();
    await ledger.close();
    const first = await openLedger({ ...small, acceptLoss: { reason: "once" }, directory: to });
    await first.close();
    const second = join(temporaryDirectory(), "copy");
    await copyLedger({ directory: to, masterKey, to: second });
    const third = await openLedger({ ...small, acceptLoss: { reason: "twice" }, directory: second });
    await third.close();
    expect(await verifyLedger({ directory: second, masterKey })).toMatchObject({ findings: [] });
    expect(readFileSync(join(second, "keys/past-verifiers"), "utf8")).toBe(
      `${ledger.verifierKey}\n${first.verifierKey}\n`,
    );
    const path = join(second, "keys/past-verifiers");
    writeFileSync(path, readFileSync(path, "utf8").replace("custody.local", "custody.locol"));
    expect((await verifyLedger({ directory: second, masterKey })).findings).toMatchObject([
      { file: "keys/past-verifiers" },
    ]);
  });

  test("a checkpoint that nobody here has signed is not evidence of a loss", async () => {
    const { directory, ledger, to } = await copied();
    await ledger.close();
    const checkpoint = readFileSync(join(directory, "checkpoint"), "utf8").replace(/^/, "other");
    const acceptLoss = { checkpoint, reason: "x" };
    await expect(openLedger({ ...small, acceptLoss, directory: to })).rejects.toMatchObject({
      code: "NOTE_UNVERIFIED",
    });
    await expect(openLedger({ ...small, directory: to })).rejects.toMatchObject({ code: "LEDGER_IS_COPY" });
  });
});
