/**
 * The same proof as a COSE Receipt (RFC 9942), a COSE_Sign1 whose detached payload is the root of the tree:
 *
 *     18([
 *       << { / alg / 1: -8 (EdDSA), / kid / 4: key id, / CWT claims / 15: { / iss / 1: origin },
 *            / vds / 395: 1 (RFC9162_SHA256), -65537: tree size } >>,
 *       { / vdp / 396: { / inclusion / -1: [ << [tree size, leaf index, [+ hash]] >> ] }, -65538: extra },
 *       null,
 *       signature
 *     ])
 *
 * The two labels in the range for private use are ours. The RFC signs the root alone, and the same path leads to it in
 * trees of several sizes; so the size stands among what is signed as well. `extra` is what `disclosure.ts` says, so that
 * the receipt can be checked by itself.
 *
 * There is one text for each receipt: what is not deterministic CBOR of exactly these members is refused.
 */
import { LedgerError } from "../error.ts";
import { encodeHex, isSameBytes } from "../verifier/bytes.ts";
import { HASH_BYTES } from "../verifier/tree-hash.ts";
import { isKeyName } from "../verifier/typed-key.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";
import { type Labels, labels } from "./labels.ts";

/** Tag 18, COSE_Sign1, and an array of four: nothing else that we read begins so. */
const FIRST_BYTES = Uint8Array.of(0xd2, 0x84);
const EDDSA = -8;
const RFC9162_SHA256 = 1;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const PROOF_HASHES_MAX = 63;
/** Room for the largest record, and for everything else. */
const RECEIPT_BYTES_MAX = 66 * 1024 * 1024;

/** What is signed, with the root. */
export interface CoseSigned {
  /** Eight hex digits, as in the verifier key. */
  readonly keyId: string;
  readonly origin: string;
  readonly size: number;
}

export interface CoseReceipt extends CoseSigned {
  readonly extra: Uint8Array;
  readonly index: number;
  /** At least one hash: the RFC has no receipt for a tree of one leaf. */
  readonly proof: readonly Uint8Array[];
  readonly signature: Uint8Array;
}

export function isCoseReceipt(bytes: Uint8Array): boolean {
  return isSameBytes(bytes.subarray(0, FIRST_BYTES.length), FIRST_BYTES);
}

/** Reads a receipt without checking what it claims. @throws LedgerError RECEIPT_MALFORMED */
export function parseCoseReceipt(bytes: Uint8Array): CoseReceipt {
  if (bytes.length > RECEIPT_BYTES_MAX) refuse("it is too long");
  if (!isCoseReceipt(bytes)) refuse("it does not begin like one");
  let receipt: CoseReceipt | undefined;
  try {
    receipt = readSign1(decodeCbor(bytes.subarray(1)));
  } catch (cause) {
    throw new LedgerError("RECEIPT_MALFORMED", "Not a COSE receipt: it is not the CBOR of one", { cause });
  }
  if (receipt === undefined) return refuse("a part of it is missing or has another form");
  if (!isSameBytes(formatCoseReceipt(receipt), bytes))
    return refuse("it holds more, or is not deterministic");
  return receipt;
}

/** Writes a receipt; the reverse of `parseCoseReceipt`. */
export function formatCoseReceipt(receipt: CoseReceipt): Uint8Array {
  const { extra, index, proof, signature, size } = receipt;
  if (proof.length === 0) refuse("a tree with one entry has no proof to put into it");
  const proofs = new Map([[labels.inclusion, [encodeCbor([size, index, proof])]]]);
  const unprotected = new Map<number, unknown>([
    [labels.vdp, proofs],
    [labels.extra, extra],
  ]);
  const sign1 = encodeCbor([protectedHeader(receipt), unprotected, null, signature]);
  const bytes = new Uint8Array(1 + sign1.length);
  bytes.set(FIRST_BYTES.subarray(0, 1));
  bytes.set(sign1, 1);
  return bytes;
}

/**
 * The bytes that the signature covers (RFC 9052, section 4.4). Their first byte cannot stand in UTF-8, so no such
 * signature can ever be taken for one of a signed note, which the same key signs.
 */
export function bytesToSign(signed: CoseSigned, root: Uint8Array): Uint8Array {
  return encodeCbor(["Signature1", protectedHeader(signed), new Uint8Array(0), root]);
}

function protectedHeader({ keyId, origin, size }: CoseSigned): Uint8Array {
  const id = Uint8Array.from(keyId.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const header = new Map<number, unknown>([
    [labels.alg, EDDSA],
    [labels.kid, id],
    [labels.cwtClaims, new Map([[labels.iss, origin]])],
    [labels.vds, RFC9162_SHA256],
    [labels.size, size],
  ]);
  return encodeCbor(header);
}

/** Picks out what it knows; that nothing else is there shows when it is written again. */
function readSign1(value: unknown): CoseReceipt | undefined {
  if (!Array.isArray(value)) return undefined;
  const [header, unprotected, , signature] = value as unknown[];
  const signed = header instanceof Uint8Array ? readSigned(decodeCbor(header)) : undefined;
  const inclusion = first(member(member(unprotected, "vdp"), "inclusion"));
  const proof = inclusion instanceof Uint8Array ? decodeCbor(inclusion) : undefined;
  const extra = member(unprotected, "extra");
  if (signed === undefined || !Array.isArray(proof)) return undefined;
  const [, index, hashes] = proof as unknown[];
  const isWhole = isBytes(signature, SIGNATURE_BYTES) && extra instanceof Uint8Array && isCount(index);
  return isWhole && isPath(hashes) ? { ...signed, extra, index, proof: hashes, signature } : undefined;
}

function readSigned(header: unknown): CoseSigned | undefined {
  const id = member(header, "kid");
  const origin = member(member(header, "cwtClaims"), "iss");
  const size = member(header, "size");
  if (!isBytes(id, KEY_ID_BYTES) || typeof origin !== "string" || !isKeyName(origin) || !isCount(size))
    return undefined;
  return { keyId: encodeHex(id), origin, size };
}

function member(map: unknown, label: keyof Labels): unknown {
  return map instanceof Map ? map.get(labels[label]) : undefined;
}

function first(values: unknown): unknown {
  return Array.isArray(values) ? values[0] : undefined;
}

function isPath(hashes: unknown): hashes is Uint8Array[] {
  const isLong = Array.isArray(hashes) && hashes.length > 0 && hashes.length <= PROOF_HASHES_MAX;
  return isLong && hashes.every((hash) => isBytes(hash, HASH_BYTES));
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function refuse(why: string): never {
  throw new LedgerError("RECEIPT_MALFORMED", `Not a COSE receipt: ${why}`);
}
