import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { SignedCheckpoint } from "../place.ts";
import { GrowingLedger } from "../testing/growing-ledger.ts";
import { isSigned, S3Double, type TestBucket } from "../testing/s3-double.ts";
import { Bucket } from "./bucket.ts";
import { s3Place } from "./s3-place.ts";

const everyMs = 3_600_000;
const FOLDER = "log.example/shop";

/**
 * The double, or a real server: CUSTODY_TEST_S3 is then its URL with a key, http://ID:SECRET@127.0.0.1:7480/BUCKET, of a
 * bucket that exists. Each test has a prefix of its own there.
 */
async function testBucket(): Promise<TestBucket> {
  const given = process.env["CUSTODY_TEST_S3"];
  if (!given) return new S3Double().start();
  const { origin, password, pathname, username } = new URL(given);
  return {
    endpoint: origin,
    bucket: pathname.slice(1),
    region: "us-east-1",
    accessKeyId: decodeURIComponent(username),
    secretAccessKey: decodeURIComponent(password),
  };
}

const newPrefix = () => `copies of/${randomBytes(6).toString("hex")}`;

function placeOf({ ledger, logKey }: GrowingLedger, bucket: TestBucket, prefix?: string) {
  return s3Place({ ...bucket, everyMs, ledger, logKey, ...(prefix === undefined ? {} : { prefix }) });
}

const outcome = (kept: Promise<unknown>) =>
  kept.then(
    () => "kept",
    ({ code, message }) => `${code}: ${message}`,
  );

const held = async (bucket: TestBucket, prefix: string, { size }: SignedCheckpoint) =>
  String(await new Bucket(bucket).get(`${prefix}/${FOLDER}/${size}.checkpoint`));

test("each checkpoint becomes an object of its own", async () => {
  const [bucket, ledger, prefix] = [await testBucket(), await GrowingLedger.begin(), newPrefix()];
  const place = placeOf(ledger, bucket, prefix);
  expect(place).toMatchObject({ everyMs, kind: "s3", name: `s3://${bucket.bucket}/${prefix}` });
  const [first, second] = [ledger.grow(2), ledger.grow(300)];
  for (const checkpoint of [first, second, second]) expect(await place.keep(checkpoint)).toEqual({});
  expect(await held(bucket, prefix, first)).toBe(first.note);
  expect(await held(bucket, prefix, second)).toBe(second.note);
});

test("a rewritten ledger, and an older copy of it, are found and write nothing", async () => {
  const [bucket, ledger, prefix] = [await testBucket(), await GrowingLedger.begin(), newPrefix()];
  const old = ledger.grow(3);
  const [forged, before] = [ledger.copy(), ledger.copy()];
  const told = ledger.grow(3, "rm -rf /");
  await placeOf(ledger, bucket, prefix).keep(told);
  const same = forged.grow(3, "ls");
  expect(same.size).toBe(told.size);
  expect(await outcome(placeOf(forged, bucket, prefix).keep(same))).toMatch(
    /^PLACE_CONTRADICTED: .* covers \d+ entries that are not the ledger's first/,
  );
  const later = forged.grow(3, "more");
  expect(await outcome(placeOf(forged, bucket, prefix).keep(later))).toMatch(
    /^PLACE_CONTRADICTED: .* covers \d+ entries that are not the ledger's first/,
  );
  expect(await outcome(placeOf(before, bucket, prefix).keep(old))).toMatch(
    /^PLACE_CONTRADICTED: .*\.checkpoint in s3:\/\/.* and the ledger has published \d+ — /,
  );
  expect(await held(bucket, prefix, told)).toBe(told.note);
  expect(await new Bucket(bucket).get(`${prefix}/${FOLDER}/${later.size}.checkpoint`)).toBeUndefined();
});

test("an object is never written over, also when it came between a look and the writing", async () => {
  const bucket = new Bucket(await testBucket());
  const key = `${newPrefix()}/object`;
  expect(await bucket.putNew(key, Buffer.from("first"))).toBe(true);
  expect(await bucket.putNew(key, Buffer.from("second"))).toBe(false);
  expect(String(await bucket.get(key))).toBe("first");
});

test("what the ledger has not signed is no claim about its past", async () => {
  const [bucket, ledger, prefix] = [await testBucket(), await GrowingLedger.begin(), newPrefix()];
  const checkpoint = ledger.grow(1);
  await new Bucket(bucket).putNew(`${prefix}/${FOLDER}/9.checkpoint`, Buffer.from("hello"));
  expect(await outcome(placeOf(ledger, bucket, prefix).keep(checkpoint))).toMatch(/^EVIDENCE_INVALID/);
});

test("of many pages of checkpoints the largest is found, and those of other logs are passed over", async () => {
  const [bucket, ledger] = [await new S3Double().start(), await GrowingLedger.begin()];
  bucket.pageSize = 2;
  const checkpoint = ledger.grow(1);
  for (const name of ["10", "9", "8", "100", "old", "deeper/999"])
    bucket.objects.set(`${FOLDER}/${name}.checkpoint`, Buffer.from("hello"));
  bucket.objects.set(`${FOLDER}-else/5000.checkpoint`, Buffer.from("hello"));
  expect(await outcome(placeOf(ledger, bucket).keep(checkpoint))).toEqual(
    expect.stringContaining(
      `EVIDENCE_INVALID: ${FOLDER}/100.checkpoint in s3://double is no checkpoint that`,
    ),
  );
  expect(bucket.log.filter((line) => line.includes("continuation-token"))).toHaveLength(2);
});

test("a wrong secret is refused, and stands in no error", async () => {
  const bucket = await testBucket();
  const ledger = await GrowingLedger.begin();
  const wrong = { ...bucket, endpoint: bucket.endpoint, secretAccessKey: "not-the-secret-key" };
  const refused = await outcome(placeOf(ledger, wrong, newPrefix()).keep(ledger.grow(1)));
  expect(refused).toMatch(/^PLACE_REFUSED: s3:\/\/.* with 403, SignatureDoesNotMatch — /);
  expect(refused).not.toContain("not-the-secret-key");
});

test.for<[status: number, code: string, ours: string]>([
  [403, "AccessDenied", "PLACE_REFUSED"],
  [404, "NoSuchBucket", "PLACE_REFUSED"],
  [503, "SlowDown", "PLACE_UNREACHABLE"],
  [409, "ConditionalRequestConflict", "PLACE_UNREACHABLE"],
])("a status %d, %s, is told as %s", async ([status, code, ours]) => {
  const [bucket, ledger] = [await new S3Double().start(), await GrowingLedger.begin()];
  bucket.failure = { status, code };
  const advice =
    ours === "PLACE_REFUSED" ? "see to bucket, region and rights of the key" : "it is tried again";
  expect(await outcome(placeOf(ledger, bucket).keep(ledger.grow(1)))).toBe(
    `${ours}: s3://double answers listing ${FOLDER}/ with ${status}, ${code} — ${advice}`,
  );
});

test("a server that is not there is told by name", async () => {
  const ledger = await GrowingLedger.begin();
  const bucket = { ...new S3Double(), endpoint: "http://127.0.0.1:1" };
  expect(await outcome(placeOf(ledger, bucket as S3Double).keep(ledger.grow(1)))).toMatch(
    /^PLACE_UNREACHABLE: s3:\/\/double does not answer: /,
  );
});

test.for<[bucket: string, url: string]>([
  ["checkpoints", "https://checkpoints.s3.eu-central-1.amazonaws.com/a%20b/c.checkpoint"],
  ["with.dots", "https://s3.eu-central-1.amazonaws.com/with.dots/a%20b/c.checkpoint"],
])("without an endpoint, the bucket %s is one of Amazon's", async ([bucket, url]) => {
  const asked: string[] = [];
  const fetch = async (address: string) => {
    asked.push(address);
    return new Response("text");
  };
  const options = { bucket, region: "eu-central-1", accessKeyId: "id", secretAccessKey: "secret", fetch };
  await new Bucket(options).get("a b/c.checkpoint");
  expect(asked).toEqual([url]);
});

test("the double computes the signature of Amazon's own example", () => {
  const digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const headers = {
    host: "examplebucket.s3.amazonaws.com",
    range: "bytes=0-9",
    "x-amz-content-sha256": digest,
    "x-amz-date": "20130524T000000Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
      "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date," +
      "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  };
  const { accessKeyId, secretAccessKey } = new S3Double();
  const credentials = { accessKeyId, region: "us-east-1", secretAccessKey };
  const request = { headers, method: "GET", url: "/test.txt" };
  expect(isSigned(request, Buffer.alloc(0), credentials)).toBe(true);
  expect(isSigned({ ...request, url: "/test.tx" }, Buffer.alloc(0), credentials)).toBe(false);
  expect(isSigned(request, Buffer.from("body"), credentials)).toBe(false);
});
