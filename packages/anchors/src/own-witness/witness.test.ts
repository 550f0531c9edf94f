import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodePrimitives } from "@custody/ledger";
import { openCosignedCheckpoint, parseCosignerKey } from "@custody/ledger/verifier";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../testing/directory.ts";
import { history, type SignedLog, signedLog } from "../testing/signed-log.ts";
import { Witness, type WitnessOptions } from "./witness.ts";
import { hashOfOrigin } from "./witness-store.ts";

async function openWitness(log: SignedLog, given: Partial<WitnessOptions> = {}) {
  const warnings: string[] = [];
  const witness = await Witness.open({
    directory: temporaryDirectory(),
    logs: new Map([[log.origin, [log.key]]]),
    name: "witness.example/w1",
    nowMs: () => 1_700_000_000_999,
    warn: (text) => warnings.push(text),
    ...given,
  });
  onTestFinished(() => witness.close());
  return { warnings, witness };
}

test("a tree that grows is cosigned again and again, and each cosignature verifies", async () => {
  const log = await signedLog();
  const { witness } = await openWitness(log);
  const cosigners = [await parseCosignerKey(witness.verifierKey, nodePrimitives)];
  for (const [oldSize, size] of [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 5],
    [5, 8],
    [8, 100],
  ] as const) {
    const { body, contentType, status } = await witness.addCheckpoint(log.ask(oldSize, history(size)));
    expect([status, contentType]).toEqual([200, "text/plain; charset=utf-8"]);
    expect(body).toMatch(/^— witness\.example\/w1 [A-Za-z0-9+/=]+\n$/);
    const note = `${log.sign(history(size))}${body}`;
    const opened = await openCosignedCheckpoint(note, { cosigners, log: [log.key] }, nodePrimitives);
    expect(opened.cosignatures.map(({ timeS }) => timeS)).toEqual([1_700_000_000]);
    // Monitors get the same: the log's signature and the witness's.
    expect(await witness.checkpoint(hashOfOrigin(log.origin))).toBe(note);
  }
});

test("whoever asks from another size is told the one that was cosigned last", async () => {
  const log = await signedLog();
  const { witness } = await openWitness(log);
  await witness.addCheckpoint(log.ask(0, history(5)));
  for (const oldSize of [0, 4, 6]) {
    const answer = await witness.addCheckpoint(log.ask(oldSize, history(9)));
    expect(answer).toEqual({ body: "5\n", contentType: "text/x.tlog.size", status: 409 });
  }
});

test.each<[string, number, (log: SignedLog, other: SignedLog) => Buffer]>([
  ["bytes that are no request", 400, () => Buffer.of(0xff)],
  [
    "a note that is no checkpoint",
    400,
    (log) => Buffer.from(`old 5\n\n${log.signText(`${log.origin}\n9\n`)}`),
  ],
  ["an old size that is larger than the new", 400, (log) => log.ask(10, history(9))],
  ["a log that is not known", 404, (_, other) => other.ask(5, history(9))],
  [
    "a signature of somebody else",
    403,
    (log, other) => Buffer.from(String(other.ask(5, history(9))).replaceAll(other.origin, log.origin)),
  ],
  [
    "a signature of the log on something else",
    403,
    (log) => Buffer.from(String(log.ask(5, history(9))).replace("\n9\n", "\n10\n")),
  ],
  ["a proof when none may be there", 422, (log) => withProof(log.ask(5, history(5)), "A".repeat(43))],
  ["another tree of the same size", 422, (log) => log.ask(5, history(5, 4, "b"))],
  ["a larger tree that does not begin with it", 422, (log) => log.ask(5, history(9, 4, "b"))],
  ["a proof with a changed hash", 422, (log) => changedProof(log.ask(5, history(9)))],
  ["a proof with a hash too many", 422, (log) => withProof(log.ask(5, history(9)), "A".repeat(43))],
])("%s is answered with %i, and changes nothing", async (_, status, request) => {
  const [log, other] = [await signedLog(), await signedLog("other.example")];
  const { witness } = await openWitness(log);
  await witness.addCheckpoint(log.ask(0, history(5)));
  const before = await witness.checkpoint(hashOfOrigin(log.origin));
  const answer = await witness.addCheckpoint(request(log, other));
  expect(answer).toMatchObject({ contentType: "text/plain; charset=utf-8", status });
  expect(answer.body).toMatch(/^.+\n$/);
  expect(await witness.checkpoint(hashOfOrigin(log.origin))).toBe(before);
  expect((await witness.addCheckpoint(log.ask(5, history(9)))).status).toBe(200);
});

function withProof(request: Buffer, hash: string): Buffer {
  return Buffer.from(String(request).replace("\n", `\n${hash}=\n`));
}

function changedProof(request: Buffer): Buffer {
  return Buffer.from(
    String(request).replace(/\n(.)/, (_, first: string) => `\n${first === "A" ? "B" : "A"}`),
  );
}

test("an empty tree has one root only", async () => {
  const log = await signedLog();
  const { witness } = await openWitness(log);
  const wrong = log.signText(`${log.origin}\n0\n${"A".repeat(43)}=\n`);
  expect((await witness.addCheckpoint(Buffer.from(`old 0\n\n${wrong}`))).status).toBe(422);
  expect((await witness.addCheckpoint(log.ask(0, []))).status).toBe(200);
});

test("a checkpoint that does not follow is kept as proof, and told once a minute", async () => {
  const log = await signedLog();
  const directory = temporaryDirectory();
  let nowMs = 0;
  const { warnings, witness } = await openWitness(log, { directory, nowMs: () => nowMs });
  await witness.addCheckpoint(log.ask(0, history(5)));
  const forged = history(9, 2, "forged");
  for (const after of [0, 59_999, 1]) {
    nowMs += after;
    await witness.addCheckpoint(log.ask(5, forged));
  }
  expect(warnings).toEqual(Array(2).fill(expect.stringContaining("signed by log.example")));
  const [name, ...others] = readdirSync(join(directory, "refused"));
  expect(others).toEqual([]);
  expect(readFileSync(join(directory, "refused", name as string), "utf8")).toBe(log.sign(forged));
});

test("of many requests at once, those that fit are cosigned, one after the other", async () => {
  const log = await signedLog();
  const { witness } = await openWitness(log);
  const requests = Array.from({ length: 40 }, (_, at) =>
    log.ask(at % 2 === 0 ? 0 : 3, history(3 + (at % 5))),
  );
  const answers = await Promise.all(requests.map((request) => witness.addCheckpoint(request)));
  const cosigned = answers.flatMap(({ status }, at) => (status === 200 ? [3 + (at % 5)] : []));
  expect(cosigned).toEqual([...cosigned].sort((a, b) => a - b));
  expect(cosigned.length).toBeGreaterThan(1);
});

test("the key is made once, for its owner only, and keeps its name", async () => {
  const log = await signedLog();
  const directory = temporaryDirectory();
  const { witness } = await openWitness(log, { directory });
  expect(statSync(join(directory, "witness.key")).mode & 0o777).toBe(0o600);
  await witness.close();
  const again = await openWitness(log, { directory, name: "another" });
  expect(again.witness.verifierKey).toBe(witness.verifierKey);
});

test("two cannot witness in one directory", async () => {
  const log = await signedLog();
  const directory = temporaryDirectory();
  await openWitness(log, { directory });
  await expect(openWitness(log, { directory })).rejects.toMatchObject({ code: "LEDGER_LOCKED" });
});

test.each<[string, (directory: string) => void]>([
  ["a changed byte", (directory) => changeState(directory, (text) => text.replace("\n5\n", "\n4\n"))],
  ["a cosignature that is gone", (directory) => changeState(directory, (text) => withoutLastLine(text))],
  ["an empty file", (directory) => changeState(directory, () => "")],
  ["a key that is gone", (directory) => rmSync(join(directory, "witness.key"))],
  ["half a key", (directory) => writeFileSync(join(directory, "witness.key"), "custody/witness-key/v1\nw\n")],
])("with %s it does not start, rather than begin anew", async (_, damage) => {
  const log = await signedLog();
  const directory = temporaryDirectory();
  const { witness } = await openWitness(log, { directory });
  await witness.addCheckpoint(log.ask(0, history(5)));
  await witness.close();
  damage(directory);
  await expect(openWitness(log, { directory })).rejects.toMatchObject({ code: "WITNESS_STATE_DAMAGED" });
});

function changeState(directory: string, change: (text: string) => string): void {
  const [name] = readdirSync(join(directory, "logs"));
  const path = join(directory, "logs", name as string);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

function withoutLastLine(text: string): string {
  return `${text.trimEnd().split("\n").slice(0, -1).join("\n")}\n`;
}

test("a log that changed its key goes on from where it was", async () => {
  const log = await signedLog();
  const directory = temporaryDirectory();
  const { witness } = await openWitness(log, { directory });
  await witness.addCheckpoint(log.ask(0, history(5)));
  await witness.close();
  const renewed = await signedLog();
  const { witness: next } = await openWitness(renewed, { directory });
  expect((await next.addCheckpoint(renewed.ask(0, history(9)))).body).toBe("5\n");
  expect((await next.addCheckpoint(renewed.ask(5, history(9)))).status).toBe(200);
});
