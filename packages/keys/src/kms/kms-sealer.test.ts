import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KmsDouble } from "../../../../test/keys/kms-double.ts";
import { type KmsOptions, kmsSealer } from "./kms-sealer.ts";

const key = randomBytes(32);
const ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd";
let kms: KmsDouble;

beforeEach(async () => {
  kms = await KmsDouble.start();
  kms.createKey(ARN);
});
afterEach(() => kms.stop());

function sealerWith(options: Partial<KmsOptions> = {}, double = kms) {
  const { accessKeyId, endpoint, region, secretAccessKey, sessionToken } = double;
  const credentials = async () => ({ accessKeyId, secretAccessKey, sessionToken });
  return kmsSealer({ credentials, endpoint, fetch, key: ARN, region, ...options });
}

async function failure(asked: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await asked.then(
    () => expect.fail("it was not refused"),
    (cause: Error & { code: string }) => cause,
  );
  for (const secret of [kms.secretAccessKey, key.toString("base64"), key.toString("hex")])
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(secret);
  return error;
}

test("what KMS sealed, it unseals for the same ledger, and for no other", async () => {
  const sealer = sealerWith();
  const line = await sealer.seal(key, "ledger a");
  expect(await sealer.unseal(line, "ledger a")).toEqual(key);
  expect(await failure(sealer.unseal(line, "ledger b"))).toMatchObject({ code: "MASTER_KEY_WRONG" });
  expect(sealer.description).toBe(`aws kms ${ARN} in eu-central-1 at ${new URL(kms.endpoint).host}`);
  expect(JSON.parse(kms.requests[0]?.body as string)).toMatchObject({
    EncryptionContext: { ledger: "ledger a" },
  });
});

test("temporary credentials are sent and signed", async () => {
  const double = await KmsDouble.start(randomBytes(40).toString("base64"));
  try {
    double.createKey(ARN);
    const sealer = sealerWith({}, double);
    expect(await sealer.unseal(await sealer.seal(key, "a"), "a")).toEqual(key);
  } finally {
    await double.stop();
  }
});

test("a failure of KMS is tried again with a signature of its own", async () => {
  kms.failures = 2;
  expect(await sealerWith().seal(key, "a")).not.toBe("");
  expect(kms.requests).toHaveLength(3);
});

test.each<[string, () => Partial<KmsOptions>, RegExp]>([
  [
    "another secret",
    () => ({ credentials: async () => ({ accessKeyId: kms.accessKeyId, secretAccessKey: "x".repeat(40) }) }),
    /InvalidSignatureException.*clock/,
  ],
  [
    "another access key",
    () => ({ credentials: async () => ({ accessKeyId: "AKIAX", secretAccessKey: "x".repeat(40) }) }),
    /UnrecognizedClientException.*renew/,
  ],
  ["another region", () => ({ region: "us-east-1" }), /UnrecognizedClientException/],
  ["an unknown key", () => ({ key: "alias/nobody" }), /NotFoundException.*correct key and region/],
  ["nobody there", () => ({ endpoint: "http://127.0.0.1:3" }), /does not answer \(ECONNREFUSED\)/],
])("%s is an error that says what and where, without the secret", async (_, options, message) => {
  const refused = await failure(sealerWith(options()).seal(key, "a"));
  expect(refused).toMatchObject({ code: "MASTER_KEY_UNAVAILABLE", message: expect.stringMatching(message) });
});

test("a disabled key cannot be asked, and another key does not open it", async () => {
  const line = await sealerWith().seal(key, "a");
  kms.createKey("other");
  expect(await failure(sealerWith({ key: "other" }).unseal(line, "a"))).toMatchObject({
    code: "MASTER_KEY_WRONG",
  });
  kms.setEnabled(ARN, false);
  expect(await failure(sealerWith().unseal(line, "a"))).toMatchObject({
    code: "MASTER_KEY_UNAVAILABLE",
    message: expect.stringContaining("enable the key"),
  });
});

test("without an endpoint, the one of the region is asked", async () => {
  const urls: string[] = [];
  const nowhere = async (url: string) => {
    urls.push(url);
    throw new TypeError("fetch failed");
  };
  for (const region of ["eu-central-1", "cn-north-1"]) {
    const { credentials } = { credentials: async () => ({ accessKeyId: "a", secretAccessKey: "b" }) };
    await failure(kmsSealer({ credentials, fetch: nowhere, key: "k", region }).seal(key, "a"));
  }
  expect(urls).toEqual([
    "https://kms.eu-central-1.amazonaws.com/",
    "https://kms.cn-north-1.amazonaws.com.cn/",
  ]);
});

test("any line either unseals or fails with an error of ours", async () => {
  const sealer = sealerWith();
  const line = await sealer.seal(key, "a");
  const cut = fc.nat(line.length - 1).map((length) => line.slice(0, length));
  const foreign = fc.constantFrom("vault:v1:AAAA", Buffer.from("age-encryption.org/v1\n").toString("base64"));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.base64String(), cut, foreign), async (text) => {
      const code = expect.stringMatching(/^MASTER_KEY_(MALFORMED|WRONG)$/);
      expect(await failure(sealer.unseal(text, "a"))).toMatchObject({ code });
    }),
    { numRuns: 60 },
  );
});
