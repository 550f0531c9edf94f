import { type BlockHeader, readBlockHeader, splitBlocks } from "../block/block.ts";
import { ORDER_TYPE, orderIn } from "../erasure/order.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import { blockDigest } from "../reader/bundle.ts";
import { Payloads } from "../reader/payloads.ts";
import type { Envelope } from "../verifier/envelope.ts";
import type { BlobChecker } from "./blob-checker.ts";
import type { Findings } from "./finding.ts";
import type { Shredded } from "./shredded.ts";

/** Compares a record with its envelope; returns what is wrong, in words. Given by whoever knows the payload's form. */
export type InspectPayload = (
  envelope: Envelope,
  payload: Buffer,
  references: References,
) => string | undefined;

/** Makes the keyed pseudonyms of envelopes, so that names in a payload can be compared with them. */
export type References = (kind: "session" | "source" | "tenant", name: string) => string;

export interface PayloadCheckerOptions {
  /** Without it, blocks are only held against their digests. */
  readonly ring: KeyRing | undefined;
  readonly ledgerId: Buffer;
  readonly findings: Findings;
  readonly inspect: InspectPayload | undefined;
  /** Whether the ring says, to whoever cannot open it, that a key was destroyed. */
  readonly isDestroyed: (keyId: string) => boolean;
  readonly shredded: Shredded;
  readonly blobs: BlobChecker | undefined;
}

/** Holds the sealed blocks of a bundle against its envelopes, and opens them when there is a key. */
export class PayloadChecker {
  readonly #options: PayloadCheckerOptions;
  readonly #payloads: Payloads | undefined;

  constructor(options: PayloadCheckerOptions) {
    this.#options = options;
    this.#payloads = options.ring && new Payloads(options.ring, options.ledgerId);
  }

  /** `bytes` are exactly the blocks that belong to `envelopes`. */
  check(bytes: Buffer, envelopes: readonly (Envelope | undefined)[], file: string): void {
    const { findings, shredded } = this.#options;
    const { blocks, headers } = this.#split(bytes, file);
    const unused = new Set(blocks.keys());
    this.#payloads?.use(blocks);
    for (const envelope of envelopes) {
      if (envelope === undefined) continue;
      unused.delete(envelope.x);
      const header = headers.get(envelope.x);
      if (envelope.t === ORDER_TYPE && this.#payloads === undefined) shredded.sawOrder(envelope.i, undefined);
      if (this.#isGone(envelope)) shredded.add(envelope, file);
      else if (header === undefined)
        findings.add("BLOCK_DAMAGED", file, "its block is missing or was changed", envelope.i);
      else if (header.keyId !== envelope.k)
        findings.add("BLOCK_DAMAGED", file, "its block names another key", envelope.i);
      else this.#open(envelope, file);
    }
    if (unused.size > 0) findings.add("BLOCK_DAMAGED", file, `${unused.size} blocks belong to no entry`);
  }

  /** A destroyed key's block may be there still, or gone. A key that never was is settled in the same way. */
  #isGone({ k }: Pick<Envelope, "k">): boolean {
    const { isDestroyed, ring } = this.#options;
    return ring === undefined ? isDestroyed(k) : !ring.has(k);
  }

  /** The blocks and their headers, by digest. */
  #split(bytes: Buffer, file: string): Split {
    const { findings } = this.#options;
    const split: Split = { blocks: new Map(), headers: new Map() };
    try {
      for (const block of splitBlocks(bytes)) {
        const header = readBlockHeader(block, 0);
        const digest = blockDigest(block);
        split.headers.set(digest, header);
        if (!header.isErased) split.blocks.set(digest, block);
        else if (!this.#isGone({ k: header.keyId }))
          findings.add(
            "BLOCK_DAMAGED",
            file,
            `the block of key ${header.keyId} was erased, and its key is there`,
          );
      }
      const numbered = [...split.headers.values()];
      // A block that stands twice is in the map once.
      const bytesOnce = numbered.reduce((sum, { length }) => sum + length, 0);
      if (!areInOrder(numbered) || bytesOnce !== bytes.length)
        findings.add("BLOCK_DAMAGED", file, "its blocks are not in the order of their numbers");
      return split;
    } catch (error) {
      findings.add("BLOCK_DAMAGED", file, (error as Error).message);
      return { blocks: new Map(), headers: new Map() };
    }
  }

  #open(envelope: Envelope, file: string): void {
    const { ring, findings, inspect, blobs } = this.#options;
    if (ring === undefined || this.#payloads === undefined) return;
    let payload: Buffer;
    try {
      const isRead = inspect !== undefined || blobs !== undefined || envelope.t === ORDER_TYPE;
      if (!isRead) return this.#payloads.check(envelope);
      payload = this.#payloads.payloadOf(envelope).payload;
    } catch (error) {
      findings.add("BLOCK_DAMAGED", file, (error as Error).message, envelope.i);
      return;
    }
    if (envelope.t === ORDER_TYPE) this.#options.shredded.sawOrder(envelope.i, orderIn(payload));
    const contradiction = inspect?.(envelope, payload, (kind, name) => ring.reference(kind, name));
    if (contradiction !== undefined) findings.add("ENVELOPE_CONTRADICTED", file, contradiction, envelope.i);
    blobs?.note(payload, envelope.i);
  }
}

interface Split {
  readonly blocks: Map<string, Buffer>;
  readonly headers: Map<string, BlockHeader>;
}

/** Numbers rise within an epoch, and epochs rise: no block stands in another's place. */
function areInOrder(headers: readonly BlockHeader[]): boolean {
  return headers.every((header, at) => {
    const before = headers[at - 1];
    if (before === undefined) return true;
    return header.epoch === before.epoch ? header.number > before.number : header.epoch > before.epoch;
  });
}
