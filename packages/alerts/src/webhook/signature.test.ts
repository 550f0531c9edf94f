import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkMessage, parseSecret, signMessage } from "./signature.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const key = parseSecret(secret);

test("a message has the signature that the reference implementation gives it", () => {
  // The vector of standard-webhooks' own libraries.
  const body = '{"test": 2432232314}';
  const signed = signMessage("msg_p5jXN8AQM9LWM0D4loKWxJek", body, key, 1_614_265_330_000);
  expect(signed).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    "webhook-timestamp": "1614265330",
  });
});

test("whoever changes anything, has another secret, or keeps a message for later, is found out", () => {
  const signed = { ...signMessage("a", "{}", key, 1_000_000) };
  const check = (change: Partial<typeof signed>, body = "{}", nowMs = 1_000_000) =>
    checkMessage({ ...signed, ...change }, body, key, nowMs);
  expect(() => check({})).not.toThrow();
  const other = `v1,${createHmac("sha256", "other").update("a.1000.{}").digest("base64")}`;
  expect(() => check({ "webhook-signature": `${other} ${signed["webhook-signature"]}` })).not.toThrow();
  for (const attempt of [
    () => check({}, "{ }"),
    () => check({ "webhook-id": "b" }),
    () => check({ "webhook-timestamp": "1001" }),
    () => check({ "webhook-signature": other }),
    () => check({ "webhook-signature": signed["webhook-signature"].slice(3) }),
    () => checkMessage({}, "{}", key, 1_000_000),
    () => check({}, "{}", 1_000_000 + 301_000),
  ])
    expect(attempt).toThrow(expect.objectContaining({ code: "WEBHOOK_UNSIGNED" }));
});

test.each([
  "",
  "whsec_",
  "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "whsec_c2hvcnQ=",
  "whsec_!!!!",
  `whsec_${"A".repeat(100)}`,
])("%j is no secret, and is not repeated", (text) => {
  let message = "";
  try {
    parseSecret(text);
  } catch (error) {
    expect(error).toMatchObject({ code: "WEBHOOK_SECRET_INVALID" });
    ({ message } = error as Error);
  }
  expect(message).not.toBe("");
  if (text.length > 6) expect(message).not.toContain(text);
});

test("whatever is signed is accepted with the same secret, and with no other", () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ maxLength: 64, minLength: 24 }), (body, bytes) => {
      const own = parseSecret(`whsec_${Buffer.from(bytes).toString("base64")}`);
      const signed = { ...signMessage("id", body, own, 5_000_000) };
      checkMessage(signed, body, own, 5_000_000);
      expect(() => checkMessage(signed, body, key, 5_000_000)).toThrow();
    }),
  );
});
