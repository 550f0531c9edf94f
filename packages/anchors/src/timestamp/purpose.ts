import { DerReader } from "../der/der-reader.ts";
import { tags } from "../der/tags.ts";
import type { Certificate } from "./certificate.ts";

const KEY_USAGE = "2.5.29.15";
const BASIC_CONSTRAINTS = "2.5.29.19";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const ANY_PURPOSE = "2.5.29.37.0";

/**
 * What may be marked as critical, because we look at it, or because it says nothing that could forbid anything here:
 * other names of the holder, and the policies that a certificate follows.
 */
const understood = new Set([KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, "2.5.29.17", "2.5.29.32"]);

/** Bits of KeyUsage, RFC 5280, section 4.2.1.3. */
const DIGITAL_SIGNATURE = 0;
const NON_REPUDIATION = 1;
const KEY_CERT_SIGN = 5;

/**
 * Why this certificate must not sign timestamps, by RFC 3161, section 2.3: that must be its one and only purpose, and
 * marked as critical. Undefined when it may.
 */
export function whyNotTimestamping({ extensions }: Certificate): string | undefined {
  const purpose = extensions.get(EXTENDED_KEY_USAGE);
  if (purpose === undefined) return "it does not say that it is for timestamps";
  if (purposesOf(purpose.value).join() !== TIME_STAMPING) return "it is not for timestamps alone";
  if (!purpose.isCritical) return "its purpose is not marked as critical";
  const uses = usesOf(extensions.get(KEY_USAGE)?.value);
  if (uses?.some((bit) => bit !== DIGITAL_SIGNATURE && bit !== NON_REPUDIATION) || uses?.length === 0)
    return "its key is not for signatures alone";
  return whyNotUnderstood(extensions);
}

/** Why this certificate must not issue the next one, which has `below` others under it; undefined when it may. */
export function whyNotAuthority({ extensions }: Certificate, below: number): string | undefined {
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  const { isAuthority, pathLength } = readConstraints(constraints?.value);
  if (!isAuthority) return "it may not issue certificates";
  if (pathLength !== undefined && pathLength < below)
    return "it may not issue certificates that issue others";
  const uses = usesOf(extensions.get(KEY_USAGE)?.value);
  if (uses !== undefined && !uses.includes(KEY_CERT_SIGN)) return "its key may not sign certificates";
  const purpose = extensions.get(EXTENDED_KEY_USAGE);
  const purposes = purpose && purposesOf(purpose.value);
  if (purposes && !purposes.includes(TIME_STAMPING) && !purposes.includes(ANY_PURPOSE))
    return "it is for another purpose than timestamps";
  return whyNotUnderstood(extensions);
}

function whyNotUnderstood(extensions: Certificate["extensions"]): string | undefined {
  for (const [oid, { isCritical }] of extensions)
    if (isCritical && !understood.has(oid)) return `it has an extension that must be understood, ${oid}`;
  return undefined;
}

function purposesOf(value: Buffer): string[] {
  const outer = new DerReader(value, "ExtKeyUsageSyntax");
  const list = outer.inside();
  outer.finish();
  const found: string[] = [];
  while (list.hasMore) found.push(list.oid());
  return found;
}

/** The numbers of the bits that are set; undefined when it is not said, and so everything is allowed. */
function usesOf(value: Buffer | undefined): number[] | undefined {
  if (value === undefined) return undefined;
  const outer = new DerReader(value, "KeyUsage");
  const { content } = outer.take(tags.bitString);
  outer.finish();
  const bytes = [...content.subarray(1)];
  return bytes.flatMap((byte, at) =>
    [...Array(8).keys()].filter((bit) => byte & (0x80 >> bit)).map((bit) => at * 8 + bit),
  );
}

function readConstraints(value: Buffer | undefined): {
  isAuthority: boolean;
  pathLength: bigint | undefined;
} {
  if (value === undefined) return { isAuthority: false, pathLength: undefined };
  const outer = new DerReader(value, "BasicConstraints");
  const inside = outer.inside();
  outer.finish();
  const isAuthority = inside.nextTag === tags.boolean && inside.boolean();
  const pathLength = inside.nextTag === tags.integer ? inside.integer() : undefined;
  inside.finish();
  return { isAuthority, pathLength };
}
