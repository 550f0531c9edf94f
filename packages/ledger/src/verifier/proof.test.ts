import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CompactRange } from "../merkle/compact-range.ts";
import { hashLeaf } from "../merkle/hash.ts";
import { consistencyProof, inclusionProof, type ReadHash, rangeHash } from "../merkle/proofs.ts";
import type { Primitives } from "./primitives.ts";
import { verifyConsistency, verifyInclusion } from "./proof.ts";

/** Synchronous, so that hundreds of thousands of proofs can be checked here. */
const primitives: Primitives = {
  sha256: (bytes) => createHash("sha256").update(bytes).digest(),
  verifyEd25519: () => false,
};

const SIZE_MAX = 70_000;
const leaves = Array.from({ length: SIZE_MAX }, (_, index) => hashLeaf(Buffer.from(`entry ${index}`)));
const roots = new Map<number, Buffer>();
const subtrees = new Map<number, Buffer>();

function rootAt(size: number): Buffer {
  const root = roots.get(size) ?? rangeOf(leaves.slice(0, size)).root();
  roots.set(size, root);
  return root;
}

function rangeOf(hashes: readonly Buffer[]): CompactRange {
  const range = new CompactRange();
  for (const hash of hashes) range.append(hash);
  return range;
}

const read: ReadHash = (level, index) => {
  const begin = index * 2 ** level;
  const key = level * 2 ** 20 + index;
  const hash = subtrees.get(key) ?? rangeOf(leaves.slice(begin, begin + 2 ** level)).root();
  subtrees.set(key, hash);
  return hash;
};

function included(index: number, size: number, proof = inclusionProof(index, size, read)): Promise<void> {
  return verifyInclusion({ index, size, leafHash: leaves[index]!, proof, root: rootAt(size) }, primitives);
}

function consistent(
  first: number,
  second: number,
  proof = consistencyProof(first, second, read),
): Promise<void> {
  const [firstRoot, secondRoot] = [rootAt(first), rootAt(second)];
  return verifyConsistency({ first, firstRoot, second, secondRoot, proof }, primitives);
}

const LARGE = [65_534, 65_535, 65_536, 65_537, 65_538, SIZE_MAX];
const positionsIn = (size: number): number[] =>
  [0, 1, 127, 128, 255, 256, 511, 512, 32_768, 65_535, size - 2, size - 1].filter(
    (at) => at >= 0 && at < size,
  );

describe("right proofs are accepted", () => {
  it("for every leaf and every older size of small trees", async () => {
    for (let size = 1; size <= 100; size++) {
      for (let index = 0; index < size; index++) await included(index, size);
      for (let first = 0; first <= size; first++) await consistent(first, size);
    }
  });

  it("for some leaves and older sizes of every tree up to 600, and of large ones", async () => {
    for (const size of [...Array.from({ length: 500 }, (_, i) => 101 + i), ...LARGE]) {
      for (const at of positionsIn(size)) {
        await included(at, size);
        await consistent(at + 1, size);
      }
    }
  });
});

describe("wrong proofs are refused", () => {
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17];

  it("with any bit of a hash flipped", async () => {
    for (const size of [2, 3, 7, 8, 11]) {
      for (let index = 0; index < size; index++) {
        for (const proof of bitFlips(inclusionProof(index, size, read)))
          await expectRefused(included(index, size, proof));
      }
      for (let first = 1; first < size; first++) {
        for (const proof of bitFlips(consistencyProof(first, size, read)))
          await expectRefused(consistent(first, size, proof));
      }
    }
  });

  it("with a hash too few, too many, or two of them swapped", async () => {
    for (const size of sizes) {
      for (let at = 0; at < size; at++) {
        const inclusion = inclusionProof(at, size, read);
        for (const proof of reshaped(inclusion)) await expectRefused(included(at, size, proof));
        const consistency = consistencyProof(at + 1, size, read);
        for (const proof of reshaped(consistency)) await expectRefused(consistent(at + 1, size, proof));
      }
    }
  });

  it("for another leaf, index, size or root", async () => {
    for (const size of sizes) {
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(index, size, read);
        const claim = { index, size, leafHash: leaves[index]!, proof, root: rootAt(size) };
        await expectRefused(verifyInclusion({ ...claim, leafHash: leaves[index + 1]! }, primitives));
        await expectRefused(verifyInclusion({ ...claim, root: rootAt(size + 1) }, primitives));
        for (let other = 0; other < size; other++) {
          if (other !== index) await expectRefused(verifyInclusion({ ...claim, index: other }, primitives));
        }
      }
    }
  });

  it("for two trees of which neither begins with the other", async () => {
    for (const second of sizes) {
      for (let first = 1; first <= second; first++) {
        const proof = consistencyProof(first, second, read);
        const claim = { first, second, firstRoot: rootAt(first), secondRoot: rootAt(second), proof };
        await expectRefused(verifyConsistency({ ...claim, firstRoot: leaves[20]! }, primitives));
        await expectRefused(verifyConsistency({ ...claim, secondRoot: leaves[20]! }, primitives));
      }
    }
  });

  it("when a leaf is passed off as a node", async () => {
    const fake = { index: 0, size: 1, leafHash: rootAt(2), proof: [], root: rootAt(2) };
    // A tree of size one is its leaf hash, so this holds; what must not work is to reach that hash from an entry.
    await verifyInclusion(fake, primitives);
    const asEntry = hashLeaf(Buffer.concat([leaves[0]!, leaves[1]!]));
    await expectRefused(verifyInclusion({ ...fake, leafHash: asEntry }, primitives));
  });
});

describe("numbers from an attacker", () => {
  const hash = Buffer.alloc(32);
  const numbers = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 64];

  it.each(numbers)("%d is neither an index nor a size", async (bad) => {
    const inclusion = { index: 0, size: 1, leafHash: hash, proof: [], root: hash };
    await expectRefused(verifyInclusion({ ...inclusion, index: bad }, primitives), "PROOF_MALFORMED");
    await expectRefused(verifyInclusion({ ...inclusion, size: bad }, primitives), "PROOF_MALFORMED");
    const consistency = { first: 1, second: 1, firstRoot: hash, secondRoot: hash, proof: [] };
    await expectRefused(verifyConsistency({ ...consistency, first: bad }, primitives), "PROOF_MALFORMED");
    await expectRefused(verifyConsistency({ ...consistency, second: bad }, primitives), "PROOF_MALFORMED");
  });

  it("cannot place a leaf behind the end, or in an empty tree", async () => {
    for (const [index, size] of [
      [0, 0],
      [1, 1],
      [7, 5],
    ] as const) {
      const claim = { index, size, leafHash: hash, proof: [], root: hash };
      await expectRefused(verifyInclusion(claim, primitives), "PROOF_MALFORMED");
    }
  });

  it("are not cut to 32 bits", async () => {
    const size = 2 ** 45 + 1;
    const readAny: ReadHash = (level, index) => leaves[(level * 7 + index) % 100]!;
    const root = rangeHash(0, size, readAny);
    const proof = inclusionProof(2 ** 45, size, readAny);
    const claim = { index: 2 ** 45, size, leafHash: readAny(0, 2 ** 45) as Buffer, proof, root };
    await verifyInclusion(claim, primitives);
    await expectRefused(verifyInclusion({ ...claim, index: 2 ** 45 - 2 ** 32 }, primitives));
    await expectRefused(verifyInclusion({ ...claim, size: size - 2 ** 32, index: 0 }, primitives));
  });

  it("cannot make us work for long", async () => {
    const claim = {
      index: 0,
      size: Number.MAX_SAFE_INTEGER,
      leafHash: hash,
      proof: Array(1e6).fill(hash),
      root: hash,
    };
    await expectRefused(verifyInclusion(claim, primitives), "PROOF_MALFORMED");
  });

  it("and hashes of another length are refused", async () => {
    for (const short of [Buffer.alloc(0), Buffer.alloc(31), Buffer.alloc(33)]) {
      const claim = { index: 0, size: 2, leafHash: hash, proof: [short], root: hash };
      await expectRefused(verifyInclusion(claim, primitives), "PROOF_MALFORMED");
      await expectRefused(verifyInclusion({ ...claim, leafHash: short }, primitives), "PROOF_MALFORMED");
    }
  });
});

describe("the empty tree", () => {
  it("is the beginning of every tree, without a proof", async () => {
    await consistent(0, 0);
    await consistent(0, 5);
    await expectRefused(consistent(0, 5, [leaves[0]!]), "PROOF_MALFORMED");
    const claim = { first: 0, second: 1, firstRoot: leaves[0]!, secondRoot: leaves[0]!, proof: [] };
    await expectRefused(verifyConsistency(claim, primitives), "PROOF_INVALID");
  });
});

function* bitFlips(proof: readonly Buffer[]): Generator<Buffer[]> {
  for (let bit = 0; bit < proof.length * 256; bit++) {
    const flipped = proof.map((hash) => Buffer.from(hash));
    flipped[bit >> 8]![(bit & 255) >> 3]! ^= 1 << (bit & 7);
    yield flipped;
  }
}

function reshaped(proof: readonly Buffer[]): Buffer[][] {
  const swaps = proof.slice(1).map((hash, i) => proof.with(i, hash).with(i + 1, proof[i]!));
  const cuts = proof.map((_, i) => proof.toSpliced(i, 1));
  return [...swaps, ...cuts, [...proof, leaves[0]!], [leaves[0]!, ...proof]];
}

async function expectRefused(act: Promise<void>, code?: string): Promise<void> {
  const error = await act.then(
    () => undefined,
    (error: { code?: string }) => error,
  );
  expect(error?.code).toMatch(code ?? /^PROOF_(?:MALFORMED|INVALID)$/);
}
