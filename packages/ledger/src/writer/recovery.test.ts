import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { restoreImage } from "../testing/crashed.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entryOf } from "../testing/entries.ts";
import { type Image, takeImage } from "../testing/image.ts";
import { expectAllKept, expectAllProved } from "../testing/oracle.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { segmentsOf, uncleanImage, uncleanPayloads, withTornTail } from "../testing/unclean.ts";
import { parseFrames } from "../testing/wal-frames.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "./open-ledger.ts";

function crashed(image: Image): string {
  const directory = temporaryDirectory();
  restoreImage(image, directory);
  return directory;
}

/** Opens what must be refused, and looks whether anything was changed by that. */
async function refusal(directory: string): Promise<{ code: string; message: string }> {
  const content = () =>
    new Map([...takeImage(directory)].filter(([path]) => !path.startsWith(".state/lock")));
  const before = content();
  const error = await openLedger({ directory, masterKey, segmentBytes: 4096 }).then(
    () => expect.unreachable("it was opened"),
    (reason: unknown) => reason as { code: string; message: string },
  );
  expect(content()).toEqual(before);
  return error;
}

test("what was acknowledged and not in the tree yet is put there by the next start", async () => {
  const directory = crashed(await uncleanImage(temporaryDirectory()));
  expect(await verifyLedger({ directory, masterKey })).toMatchObject({ ok: true });
  await expectAllKept(directory, uncleanPayloads);
  await expectAllProved(directory, readFileSync(join(directory, "keys/verifier"), "utf8").trim());
});

test("a torn last frame is copied aside and recorded, and everything before it is kept", async () => {
  const image = withTornTail(await uncleanImage(temporaryDirectory()));
  const directory = crashed(image);
  expect((await verifyLedger({ directory, masterKey })).findings).toMatchObject([
    { code: "WAL_DAMAGED", file: ".state/wal" },
  ]);
  await expectAllKept(directory, uncleanPayloads.slice(0, -1));
  const [name] = readdirSync(join(directory, ".state/recovered"));
  const kept = readFileSync(join(directory, ".state/recovered", name as string));
  const reader = await LedgerReader.open({ directory, masterKey });
  const events: unknown[] = [];
  for await (const { envelope, payload } of reader.entries())
    if (envelope.t === "ledger.recovered") events.push(JSON.parse(String(payload)));
  const digest = createHash("sha256").update(kept).digest("hex");
  expect(events).toMatchObject([
    { type: "ledger.recovered", bytes: kept.length, digest, file: name, possiblyAcknowledged: true },
  ]);
});

test("what was copied aside is watched over as well", async () => {
  const directory = crashed(withTornTail(await uncleanImage(temporaryDirectory())));
  await expectAllKept(directory, []);
  const image = takeImage(directory);
  const path = [...image.keys()].find((each) => each.includes("recovered")) as string;
  restoreImage(new Map([[path, Buffer.from("something else")]]), directory);
  expect((await verifyLedger({ directory, masterKey })).findings).toMatchObject([
    { code: "FILE_DAMAGED", file: path },
  ]);
});

test("a damaged frame in front of one that proves it was acknowledged is no torn tail: the start is refused", async () => {
  const image = await uncleanImage(temporaryDirectory());
  const path = segmentsOf(image).find((each) => parseFrames(image.get(each) as Buffer).length > 4) as string;
  const bytes = image.get(path) as Buffer;
  const frames = parseFrames(bytes).slice(1, -2);
  for (const { begin, end } of frames) {
    for (const damage of [
      (copy: Buffer) => copy.fill(0xff, begin + 100, begin + 101),
      // A lost sector looks like the end of the log.
      (copy: Buffer) => copy.fill(0, begin, begin + 80),
      (copy: Buffer) => copy.fill(0, begin, end),
    ]) {
      const copy = Buffer.from(bytes);
      damage(copy);
      const { code, message } = await refusal(crashed(new Map(image).set(path, copy)));
      expect(code).toBe("WAL_DAMAGED");
      expect(message).toContain(`${path.split("/").at(-1)}, byte ${begin}`);
    }
  }
});

test("a missing segment is no crash: the start is refused", async () => {
  const image = await uncleanImage(temporaryDirectory(), 4096);
  const segments = segmentsOf(image);
  expect(segments.length).toBeGreaterThan(2);
  for (const gone of [segments.slice(0, 1), segments.slice(1, 2), segments]) {
    const rest = new Map([...image].filter(([path]) => !gone.includes(path)));
    expect((await refusal(crashed(rest))).code).toBe("WAL_DAMAGED");
  }
});

test("frames from another ledger or another segment do not count", async () => {
  const image = await uncleanImage(temporaryDirectory());
  const foreign = await uncleanImage(temporaryDirectory());
  const path = segmentsOf(image).at(-1) as string;
  const swapped = new Map(image).set(path, foreign.get(path) as Buffer);
  expect((await refusal(crashed(swapped))).code).toBe("WAL_DAMAGED");
});

test("an older copy of the directory under what was signed later is a rewind: the start is refused", async () => {
  const directory = temporaryDirectory();
  const old = await uncleanImage(directory);
  for (const path of [".state/signed", "checkpoint"]) {
    const newer = takeImage(directory).get(path) as Buffer;
    const image = new Map(old).set(path, newer);
    expect((await refusal(crashed(image))).code).toBe("REWIND_DETECTED");
  }
});

test.each([
  [".state/signed", "STATE_DAMAGED"],
  [".state/tree", "STATE_DAMAGED"],
  [".state/ledger.json", "FORMAT_UNKNOWN"],
  [".state/epoch", "STATE_DAMAGED"],
  ["keys/ring", "KEY_RING_DAMAGED"],
  ["keys/verifier", "STATE_DAMAGED"],
])("without or with a damaged %s the start is refused, and nothing is written over", async (path, code) => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  await ledger.close();
  const image = takeImage(directory);
  const damaged = new Map(image).set(path, Buffer.from("damaged\n"));
  expect((await refusal(crashed(damaged))).code).toBe(code);
  // The verifier key can be made again from the ring; and what there is to say of the state is said below.
  if (path === "keys/verifier" || path === ".state/tree") return;
  const missing = new Map([...image].filter(([each]) => each !== path));
  expect((await refusal(crashed(missing))).code).toBe(code);
});

test("without its state a tree is built again only if every frame is still there", async () => {
  const isState = (path: string) => path === ".state/tree";
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 8192 });
  await ledger.append(entryOf(0));
  await ledger.close();
  const whole = new Map([...takeImage(directory)].filter(([path]) => !isState(path)));
  await expectAllKept(crashed(whole), ["payload 0"]);
  const rest = new Map([...(await uncleanImage(temporaryDirectory()))].filter(([path]) => !isState(path)));
  expect((await refusal(crashed(rest))).code).toBe("WAL_DAMAGED");
});

test.each([/^tile\/entries\/000.p\/\d+$/, /^tile\/0\/000.p\/\d+$/])(
  "a changed right edge %s is not built upon",
  async (pattern) => {
    const directory = temporaryDirectory();
    const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
    await ledger.close();
    const image = new Map(takeImage(directory));
    for (const path of [...image.keys()].filter((each) => pattern.test(each))) {
      const bytes = Buffer.from(image.get(path) as Buffer);
      bytes[bytes.length - 20] = 0x41 ^ (bytes[bytes.length - 20] as number);
      image.set(path, bytes);
    }
    expect((await refusal(crashed(image))).code).toBe("STATE_DAMAGED");
  },
);

test("a payload file that became shorter is not written over", async () => {
  const image = new Map(await uncleanImage(temporaryDirectory()));
  image.set("payload/000", (image.get("payload/000") as Buffer).subarray(0, 100));
  expect((await refusal(crashed(image))).code).toBe("STATE_DAMAGED");
});

test("a state of the tree that somebody without keys made up is not signed", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  await ledger.close();
  const image = new Map(takeImage(directory));
  const state = String(image.get(".state/tree"));
  image.set(".state/tree", Buffer.from(state.replace(/"keys":\d+/, '"keys":9')));
  expect((await refusal(crashed(image))).code).toBe("STATE_DAMAGED");
});
