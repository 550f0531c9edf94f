import { DerReader, type Element } from "../der/der-reader.ts";
import { tags } from "../der/tags.ts";

/** What an authority answers: TimeStampResp, RFC 3161, section 2.4.2. */
export interface TimestampResponse {
  /** 0 granted, 1 granted with changes; all others are a no. */
  readonly status: number;
  /** The authority's own words, which may be anything. */
  readonly text: string;
  /** What it gives as the reason of a no. */
  readonly failure: string | undefined;
  /** The token, as it stands in the answer. */
  readonly token: Buffer | undefined;
}

/** PKIFailureInfo: numbers of bits. */
const failures: Readonly<Record<number, string>> = {
  0: "badAlg",
  2: "badRequest",
  5: "badDataFormat",
  14: "timeNotAvailable",
  15: "unacceptedPolicy",
  16: "unacceptedExtension",
  17: "addInfoNotAvailable",
  25: "systemFailure",
};

/** @throws AnchorError EVIDENCE_MALFORMED */
export function readResponse(bytes: Buffer): TimestampResponse {
  const outer = new DerReader(bytes, "TimeStampResp");
  const response = outer.inside();
  outer.finish();
  const info = response.inside();
  const status = info.integer();
  const text = info.nextTag === tags.sequence ? readTexts(info.inside()) : "";
  const failure = info.takeOptional(tags.bitString);
  info.finish();
  const token = response.takeOptional(tags.sequence)?.bytes;
  response.finish();
  return {
    status: Number(status),
    text,
    failure: failure && readFailure(failure),
    token,
  };
}

function readTexts(texts: DerReader): string {
  const found: string[] = [];
  while (texts.hasMore) found.push(texts.take(tags.utf8String).content.toString("utf8"));
  return found.join(" ");
}

/** The name of the first bit that is set. */
function readFailure({ content }: Element): string {
  for (const [at, byte] of content.subarray(1).entries()) {
    if (byte === 0) continue;
    const bit = at * 8 + Math.clz32(byte) - 24;
    return failures[bit] ?? `failure ${bit}`;
  }
  return "no reason";
}
