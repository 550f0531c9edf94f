import { nodePrimitives } from "@custody/ledger";
import { openCosignedCheckpoint } from "@custody/ledger/verifier";
import { expect, test } from "vitest";
import { signedCheckpoint } from "../signed-checkpoint.ts";
import { history, signedLog } from "../testing/signed-log.ts";
import { nearWitness, provable } from "../testing/witness-double.ts";
import { witnessPlace } from "./witness-place.ts";

async function setUp(cosignedSize = 0) {
  const log = await signedLog();
  const near = await nearWitness(log);
  const entries: string[] = [];
  const place = witnessPlace({
    cosignedSize,
    everyMs: 60_000,
    fetch: near.fetch,
    ledger: provable(entries),
    logKey: log.key,
    url: near.url,
    witness: near.witness,
  });
  const keep = (whole: readonly string[], size = whole.length) => {
    entries.splice(0, entries.length, ...whole);
    return place.keep(signedCheckpoint(log.sign(whole.slice(0, size))));
  };
  return { keep, log, near, place };
}

test("a witness is asked from the size that it has, and its cosignature comes back", async () => {
  const { keep, log, near, place } = await setUp();
  for (const size of [3, 3, 10]) {
    const { cosignatures, evidence } = await keep(history(size));
    expect(cosignatures).toEqual([expect.stringMatching(/^— w1\.example \S+$/)]);
    expect(evidence?.name).toBe(`w1-${near.witness.key.keyId}`);
    const opened = await openCosignedCheckpoint(
      evidence?.bytes as Buffer,
      { cosigners: [near.witness.key], log: [log.key] },
      nodePrimitives,
    );
    expect(opened).toMatchObject({ checkpoint: { size }, cosignatures: [{ timeS: 1_700_000_000 }] });
  }
  expect(near.asked).toEqual(["POST old 0", "POST old 3", "POST old 3"]);
  expect([place.kind, place.name]).toEqual(["witness", "w1"]);
});

test("after a new start it is told the size that the witness has", async () => {
  const { keep, near } = await setUp();
  await keep(history(5));
  const next = witnessPlace({
    cosignedSize: 0,
    everyMs: 1,
    fetch: near.fetch,
    ledger: provable(history(9)),
    logKey: (await signedLog()).key,
    url: near.url,
    witness: near.witness,
  });
  await expect(next.keep(signedCheckpoint((await signedLog()).sign(history(9))))).rejects.toMatchObject({
    code: "PLACE_REFUSED",
    message: expect.stringContaining("custody keys verifier"),
  });
  near.asked.length = 0;
  await keep(history(9));
  expect(near.asked).toEqual(["POST old 5"]);
});

test("a rewritten history is not cosigned, and the witness shows what it had seen instead", async () => {
  const { keep, log } = await setUp();
  await keep(history(6));
  const forged = history(9, 2, "forged");
  await expect(keep(forged)).rejects.toMatchObject({
    code: "PLACE_CONTRADICTED",
    evidence: expect.stringContaining(log.sign(history(6)).trimEnd()),
    message: expect.stringContaining("the history was rewritten"),
  });
  // Of the same size, too.
  await expect(keep(history(6, 2, "forged"))).rejects.toMatchObject({ code: "PLACE_CONTRADICTED" });
});

test("a ledger that was put back is not cosigned either", async () => {
  const { keep, near } = await setUp();
  await keep(history(6));
  await expect(keep(history(4))).rejects.toMatchObject({
    code: "PLACE_CONTRADICTED",
    evidence: expect.stringContaining("\n6\n"),
    message: expect.stringContaining("put back to an older state"),
  });
  expect(near.asked.at(-1)).toBe("GET");
});

test("an older checkpoint than the witness has is no contradiction while the ledger has the newer one", async () => {
  const { keep } = await setUp();
  await keep(history(6));
  await expect(keep(history(6), 4)).rejects.toMatchObject({ code: "PLACE_REFUSED" });
});

const sizeAnswer = (text: string, contentType = "text/x.tlog.size") =>
  new Response(text, { headers: { "content-type": contentType }, status: 409 });

test("a witness that claims more than the ledger ever had is not believed without proof", async () => {
  const { keep, near } = await setUp();
  near.intercept = (_, body) => (body === undefined ? undefined : sizeAnswer("1000\n"));
  await expect(keep(history(5))).rejects.toMatchObject({
    code: "PLACE_CONTRADICTED",
    evidence: undefined,
    message: expect.stringContaining("has cosigned 1000 entries, and the ledger has published 5"),
  });
});

test("what a lying witness shows as proof counts only when the ledger's key has signed it", async () => {
  const { keep, log, near } = await setUp();
  const shown = [
    "no note at all",
    (await signedLog()).sign(history(1000)),
    log.sign(history(1000)).replace("\n1000\n", "\n1001\n"),
  ];
  for (const note of shown) {
    near.intercept = (_, body) => (body === undefined ? new Response(note) : sizeAnswer("1000\n"));
    await expect(keep(history(5))).rejects.toMatchObject({
      code: "PLACE_CONTRADICTED",
      evidence: undefined,
    });
  }
});

test("a witness that forgot what it cosigned is not gone on with", async () => {
  const { keep, near } = await setUp();
  await keep(history(6));
  near.intercept = () => sizeAnswer("2\n");
  await expect(keep(history(9))).rejects.toMatchObject({
    code: "PLACE_CONTRADICTED",
    message: expect.stringContaining("lost its state"),
  });
  // Also when that was before the last start.
  const later = await setUp(8);
  await expect(later.keep(history(9))).rejects.toMatchObject({ code: "PLACE_CONTRADICTED" });
});

test("a cosignature that is wrong is more than a failure", async () => {
  const { keep, near } = await setUp();
  const other = await nearWitness(await signedLog());
  const { keyId, name } = near.witness.key;
  const forged = `— ${name} ${Buffer.concat([Buffer.from(keyId, "hex"), Buffer.alloc(72, 1)]).toString("base64")}\n`;
  near.intercept = () => new Response(forged);
  await expect(keep(history(5))).rejects.toMatchObject({ code: "EVIDENCE_INVALID" });
  expect(other.witness.key.keyId).not.toBe(keyId);
});

test.each<[string, () => Response, string]>([
  ["nothing", () => new Response(""), "PLACE_ANSWER_INVALID"],
  ["a page", () => new Response("<html>"), "PLACE_ANSWER_INVALID"],
  ["signatures of others only", () => new Response(`— other ${"A".repeat(96)}\n`), "PLACE_ANSWER_INVALID"],
  ["a size that is none", () => sizeAnswer("five\n"), "PLACE_ANSWER_INVALID"],
  ["a size without its type", () => sizeAnswer("3\n", "text/plain"), "PLACE_ANSWER_INVALID"],
  ["the size that was given", () => sizeAnswer("0\n"), "PLACE_ANSWER_INVALID"],
  ["that it is not found", () => new Response("", { status: 404 }), "PLACE_REFUSED"],
  ["that it is busy", () => new Response("busy", { status: 503 }), "PLACE_REFUSED"],
])("a witness that answers with %s is said to have done so", async (_, answer, code) => {
  const { keep, near } = await setUp();
  near.intercept = answer;
  await expect(keep(history(5))).rejects.toMatchObject({ code, name: "AnchorError" });
  near.intercept = undefined;
  await keep(history(5));
});

test("a witness whose size changes with each question is not asked for ever", async () => {
  const { keep, near } = await setUp();
  let size = 0;
  near.intercept = () => {
    size += 1;
    return sizeAnswer(`${size}\n`);
  };
  await expect(keep(history(9))).rejects.toMatchObject({ code: "PLACE_ANSWER_INVALID" });
  expect(near.asked).toHaveLength(3);
});
