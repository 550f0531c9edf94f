import { DerReader } from "../der/der-reader.ts";
import { contextTag, primitiveContextTag, tags } from "../der/tags.ts";
import { AnchorError } from "../error.ts";
import { readAlgorithm } from "./algorithms.ts";
import { readExtensions } from "./extensions.ts";

/** What an authority signs: TSTInfo, RFC 3161, section 2.4.2. */
export interface TstInfo {
  /** The rules that the authority says it follows. */
  readonly policy: string;
  readonly hashOid: string;
  readonly imprint: Buffer;
  readonly serial: bigint;
  readonly timeMs: number;
  /** How far the time may be off, where the authority says so. */
  readonly accuracyMs: number | undefined;
  readonly nonce: bigint | undefined;
}

/** @throws AnchorError EVIDENCE_MALFORMED, EVIDENCE_INVALID */
export function readTstInfo(bytes: Buffer): TstInfo {
  const outer = new DerReader(bytes, "TSTInfo");
  const reader = outer.inside();
  outer.finish();
  if (reader.integer() !== 1n)
    throw new AnchorError("EVIDENCE_INVALID", "The timestamp has another version than 1");
  const policy = reader.oid();
  const messageImprint = reader.inside();
  const { oid: hashOid } = readAlgorithm(messageImprint);
  const imprint = messageImprint.octets();
  messageImprint.finish();
  const serial = reader.integer();
  const timeMs = reader.timeMs();
  const accuracyMs = reader.nextTag === tags.sequence ? readAccuracy(reader.inside()) : undefined;
  // Whether later tokens have later times. We compare none.
  if (reader.nextTag === tags.boolean) reader.boolean();
  const nonce = reader.nextTag === tags.integer ? reader.integer() : undefined;
  // What the authority calls itself. Its certificate says it too, and that was checked by somebody.
  reader.takeOptional(contextTag(0));
  refuseCritical(reader);
  reader.finish();
  return { policy, hashOid, imprint, serial, timeMs, accuracyMs, nonce };
}

/** Seconds, thousandths and millionths, each of which may be missing. */
function readAccuracy(reader: DerReader): number {
  const seconds = reader.nextTag === tags.integer ? reader.integer() : 0n;
  const millis = readThousand(reader, 0);
  const micros = readThousand(reader, 1);
  reader.finish();
  return Number(seconds) * 1000 + millis + micros / 1000;
}

function readThousand(reader: DerReader, number: number): number {
  const element = reader.takeOptional(primitiveContextTag(number));
  return element === undefined ? 0 : element.content.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** An extension that changes what the token means, for those who know it. We know none. */
function refuseCritical(reader: DerReader): void {
  if (reader.nextTag !== contextTag(1)) return;
  for (const [oid, { isCritical }] of readExtensions(reader.inside(contextTag(1))))
    if (isCritical)
      throw new AnchorError(
        "EVIDENCE_INVALID",
        `The timestamp has an extension that must be understood, ${oid}`,
      );
}
