import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ledger, LedgerReader, openLedger } from "@custody/ledger";
import { parseVerifierKey } from "@custody/ledger/verifier";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { Fetch } from "../../packages/anchors/src/http/ask.ts";
import { Witness } from "../../packages/anchors/src/own-witness/witness.ts";
import { signedCheckpoint } from "../../packages/anchors/src/signed-checkpoint.ts";
import { witnessPlace } from "../../packages/anchors/src/witness/witness-place.ts";
import { parseCosignerKey } from "../../packages/ledger/src/verifier/cosigner-key.ts";
import { fillLedger } from "./fill-ledger.ts";
import { needGoVerifier, runGoCosigned } from "./go-verifier.ts";

beforeEach(needGoVerifier);

/** A real ledger and our own witness of it, joined by what they would say to each other over the network. */
async function witnessedLedger() {
  const folder = mkdtempSync(join(tmpdir(), "custody-cosigned-"));
  const ledger: Ledger = await openLedger({ directory: join(folder, "ledger") });
  const logKey = await parseVerifierKey(ledger.verifierKey);
  const witness = await Witness.open({
    directory: join(folder, "witness"),
    logs: new Map([[logKey.name, [logKey]]]),
    name: "witness.example/w1",
    nowMs: () => 1_700_000_000_000,
    warn: () => {},
  });
  onTestFinished(async () => {
    await witness.close();
    await ledger.close();
    rmSync(folder, { force: true, recursive: true });
  });
  const requests: string[] = [];
  const near: Fetch = async (_, { body }) => {
    requests.push(String(body));
    const { body: text, contentType, status } = await witness.addCheckpoint(Buffer.from(String(body)));
    return new Response(text, { headers: { "content-type": contentType }, status });
  };
  const reader = await LedgerReader.open({ directory: join(folder, "ledger") });
  const place = witnessPlace({
    cosignedSize: 0,
    everyMs: 1000,
    fetch: near,
    ledger: {
      proveConsistency: (oldSize, size) => reader.proveConsistency(oldSize, size),
      publishedSize: async () => ledger.size,
      rootAt: (size) => reader.rootAt(size),
    },
    logKey,
    url: "https://witness.example",
    witness: { key: await parseCosignerKey(witness.verifierKey), kind: "witness", name: "w1" },
  });
  const write = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const keys = { logKey: ledger.verifierKey, witnessKey: witness.verifierKey };
  return { keys, ledger, place, requests, write };
}

test("Go's tlog accepts what our witness cosigns, and what our client asks it with", async () => {
  const { keys, ledger, place, requests, write } = await witnessedLedger();
  let old: string | undefined;
  for (const size of [5, 6, 8, 255, 256, 257, 700, 1025]) {
    await fillLedger(ledger, size);
    const { evidence } = await place.keep(signedCheckpoint(await ledger.checkpoint()));
    const note = write(`cosigned-${size}`, evidence?.bytes as Buffer);
    const request = write(`request-${size}`, requests.at(-1) as string);
    const asked = old === undefined ? {} : { asked: { old, request } };
    expect(runGoCosigned({ ...keys, note, ...asked })).toEqual({
      accepted: true,
      output: `ok ${size} 1700000000`,
    });
    old = note;
  }
});

test("and it sees a changed time, a changed root, and a proof of something else", async () => {
  const { keys, ledger, place, requests, write } = await witnessedLedger();
  await fillLedger(ledger, 7);
  const first = await place.keep(signedCheckpoint(await ledger.checkpoint()));
  await fillLedger(ledger, 20);
  const second = await place.keep(signedCheckpoint(await ledger.checkpoint()));
  const text = String(second.evidence?.bytes);
  const lines = text.split("\n");
  const signature = Buffer.from(lines.at(-2)?.split(" ").at(-1) as string, "base64");
  signature[11] = (signature[11] as number) ^ 1;
  const later = text.replace(/\S+\n$/, `${signature.toString("base64")}\n`);
  for (const changed of [later, text.replace("\n20\n", "\n21\n")])
    expect(runGoCosigned({ ...keys, note: write("changed", changed) }).accepted).toBe(false);
  const old = write("old", first.evidence?.bytes as Buffer);
  const note = write("new", second.evidence?.bytes as Buffer);
  const request = write("request", (requests.at(-1) as string).replace(/\n(.)/, "\n/"));
  const verdict = runGoCosigned({ ...keys, asked: { old, request }, note });
  expect(verdict).toMatchObject({ accepted: false });
});
