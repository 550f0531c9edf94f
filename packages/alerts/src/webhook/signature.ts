import { createHmac, timingSafeEqual } from "node:crypto";
import { AlertError } from "../error.ts";

/**
 * Signatures of messages as Standard Webhooks 1.0 has them
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme):
 *
 *     secret      whsec_<base64 of 24 to 64 bytes>
 *     signed      <webhook-id>.<webhook-timestamp>.<body>
 *     signature   v1,<base64 of the HMAC-SHA256>
 */
export interface SignedHeaders {
  readonly "webhook-id": string;
  /** Seconds since 1970, of this attempt. */
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

const SECRET_PREFIX = "whsec_";
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;

/** A message that was signed longer ago may be one that somebody has kept. */
const TOLERANCE_SECONDS = 300;

/** The key in a secret. @throws AlertError WEBHOOK_SECRET_INVALID */
export function parseSecret(text: string): Buffer {
  const encoded = text.startsWith(SECRET_PREFIX) ? text.slice(SECRET_PREFIX.length) : "";
  const key = Buffer.from(encoded, "base64");
  // Node.js reads over what is no base64.
  const isBase64 = key.toString("base64").replace(/=+$/, "") === encoded.replace(/=+$/, "");
  if (isBase64 && key.length >= SECRET_BYTES_MIN && key.length <= SECRET_BYTES_MAX) return key;
  throw new AlertError(
    "WEBHOOK_SECRET_INVALID",
    `a secret is ${SECRET_PREFIX} and the base64 of ${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX} bytes`,
  );
}

/** `id` has no dot, so that nobody can move a part of one member into the next. */
export function signMessage(id: string, body: string, key: Buffer, nowMs: number): SignedHeaders {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = signatureOf(id, timestamp, body, key).toString("base64");
  return { "webhook-id": id, "webhook-signature": `v1,${signature}`, "webhook-timestamp": timestamp };
}

/** What a receiver does. @throws AlertError WEBHOOK_UNSIGNED */
export function checkMessage(
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
  key: Buffer,
  nowMs: number,
): void {
  const id = headers["webhook-id"] ?? "";
  const timestamp = headers["webhook-timestamp"] ?? "";
  const expected = signatureOf(id, timestamp, body, key);
  const isSigned = (headers["webhook-signature"] ?? "").split(" ").some((each) => {
    const shown = Buffer.from(each.startsWith("v1,") ? each.slice(3) : "", "base64");
    return shown.length === expected.length && timingSafeEqual(shown, expected);
  });
  if (!isSigned) throw new AlertError("WEBHOOK_UNSIGNED", "the message is not signed with this secret");
  if (!(Math.abs(nowMs / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS))
    throw new AlertError("WEBHOOK_UNSIGNED", "the message was not signed within the last five minutes");
}

function signatureOf(id: string, timestamp: string, body: string, key: Buffer): Buffer {
  return createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
}
