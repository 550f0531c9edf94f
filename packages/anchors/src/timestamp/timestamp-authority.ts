import { createHash, randomBytes } from "node:crypto";
import { AnchorError } from "../error.ts";
import { ask, type Fetch } from "../http/ask.ts";
import type { Kept, Place, SignedCheckpoint } from "../place.ts";
import type { Certificate } from "./certificate.ts";
import { encodeRequest } from "./request.ts";
import { readResponse, type TimestampResponse } from "./response.ts";
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
      return { evidence: { name: nameOf(checkpoint), bytes: timestamp } };
    },
  };
}

/** By size and note, since a ledger that went on from a copy may have two checkpoints of one size. */
function nameOf({ note, size }: SignedCheckpoint): string {
  return `${size}-${createHash("sha256").update(note).digest("hex").slice(0, 8)}.tsr`;
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
    throw new AnchorError(
      "PLACE_REFUSED",
      `${url} answers with status ${status} — see whether it wants another address, or credentials`,
    );
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const response = type === "application/timestamp-reply" ? responseIn(body) : undefined;
  if (response === undefined)
    throw new AnchorError(
      "PLACE_ANSWER_INVALID",
      `${url} answers with something else than RFC 3161 has — check its address`,
    );
  if (response.token === undefined) throw refusal(url, response);
  return body;
}

function responseIn(body: Buffer): TimestampResponse | undefined {
  try {
    return readResponse(body);
  } catch {
    return undefined;
  }
}

function refusal(url: string, { failure, status, text }: TimestampResponse): AnchorError {
  const reason = [failure, text].filter(Boolean).join(": ");
  return new AnchorError(
    "PLACE_REFUSED",
    `${url} gives no timestamp: status ${status}${reason && `, ${reason}`} — see what it accepts`,
  );
}
