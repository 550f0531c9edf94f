import { createHash, randomBytes } from "node:crypto";
import { AnchorError } from "../error.ts";
import { ask, type Fetch } from "../http/ask.ts";
import type { Kept, Place, SignedCheckpoint } from "../place.ts";
import type { Certificate } from "./certificate.ts";
import { encodeRequest } from "./request.ts";
import { verifyTimestamp } from "./verify-timestamp.ts";

export interface TimestampAuthorityOptions {
  /** Where it answers by RFC 3161, over HTTP or HTTPS: a timestamp proves itself, whoever carried it. */
  readonly url: string;
  readonly roots: readonly Certificate[];
  readonly everyMs: number;
  readonly fetch?: Fetch;
}

/** With its certificates an answer has some kilobytes. */
const ANSWER_BYTES_MAX = 256 * 1024;
const NONCE_BYTES = 8;

/**
 * Has checkpoints signed with the time by an authority, RFC 3161. What comes back is checked at once as it will be
 * checked later, and kept as the whole answer, which other programs read too.
 */
export function timestampAuthority(options: TimestampAuthorityOptions): Place {
  const { everyMs, fetch = globalThis.fetch, roots, url } = options;
  return {
    kind: "timestamp",
    name: url,
    everyMs,
    async keep(checkpoint: SignedCheckpoint): Promise<Kept> {
      const message = Buffer.from(checkpoint.note);
      const nonce = BigInt(`0x${randomBytes(NONCE_BYTES).toString("hex")}`);
      const timestamp = await answerOf(fetch, url, message, nonce);
      verifyTimestamp({ message, nonce, roots, timestamp });
      return { evidence: { name: `${checkpoint.size}.tsr`, bytes: timestamp } };
    },
  };
}

async function answerOf(fetch: Fetch, url: string, message: Buffer, nonce: bigint): Promise<Buffer> {
  const digest = createHash("sha256").update(message).digest();
  const { body, headers, status } = await ask(fetch, url, {
    url,
    method: "POST",
    headers: { "content-type": "application/timestamp-query" },
    body: new Uint8Array(encodeRequest(digest, nonce)),
    bytesMax: ANSWER_BYTES_MAX,
  });
  if (status !== 200)
    throw new AnchorError("PLACE_REFUSED", `${url} answers with status ${status} instead of a timestamp`);
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/timestamp-reply")
    throw new AnchorError("PLACE_ANSWER_INVALID", `${url} answers with something else than a timestamp`);
  return body;
}
