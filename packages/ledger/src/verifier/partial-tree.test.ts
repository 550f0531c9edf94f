import fc from "fast-check";
import { expect, it } from "vitest";
import { CompactRange } from "../merkle/compact-range.ts";
import { hashLeaf } from "../merkle/hash.ts";
import { rangeHash, subtreesBetween } from "../merkle/proofs.ts";
import { nodePrimitives as primitives } from "../verifier-node.ts";
import { PartialTree } from "./partial-tree.ts";

const leaf = (index: number): Buffer => hashLeaf(Buffer.from(`entry ${index}`));

/** By appending leaf after leaf, so that it has nothing in common with what is tested. */
function subtree(level: number, index: number): Buffer {
  const range = new CompactRange();
  for (let at = 0; at < 2 ** level; at++) range.append(leaf(index * 2 ** level + at));
  return range.root();
}

interface Step {
  readonly end: number;
  readonly hashes: readonly Uint8Array[];
  readonly leafHash?: Uint8Array;
}

/** Everything that is handed to a `PartialTree` for these entries of a tree of this size. */
function stepsOf(size: number, indexes: readonly number[]): Step[] {
  let begin = 0;
  const steps = indexes.map((index) => {
    const hashes = subtreesBetween(begin, index, subtree);
    begin = index + 1;
    return { end: index, hashes, leafHash: leaf(index) };
  });
  return [...steps, { end: size, hashes: subtreesBetween(begin, size, subtree) }];
}

async function rootOf(steps: readonly Step[]): Promise<string> {
  const tree = new PartialTree(primitives);
  for (const { end, hashes, leafHash } of steps) {
    await tree.skip(end, hashes);
    if (leafHash !== undefined) await tree.append(leafHash);
  }
  return Buffer.from(await tree.root()).toString("hex");
}

const trees = fc
  .integer({ max: 200, min: 1 })
  .chain((size) => fc.tuple(fc.constant(size), fc.subarray(Array.from({ length: size }, (_, at) => at))));

it("any entries of any tree lead to its root", async () => {
  await fc.assert(
    fc.asyncProperty(trees, async ([size, indexes]) => {
      expect(await rootOf(stepsOf(size, indexes))).toBe(rangeHash(0, size, subtree).toString("hex"));
    }),
  );
});

it("an empty tree has its root as well", async () => {
  expect(await rootOf([])).toBe(new CompactRange().root().toString("hex"));
});

it("a changed hash, one too few or too many, and entries that changed places do not", async () => {
  const change = fc.tuple(trees, fc.nat(), fc.nat({ max: 3 }));
  await fc.assert(
    fc.asyncProperty(change, async ([[size, indexes], seed, kind]) => {
      const steps = stepsOf(size, indexes);
      const at = seed % steps.length;
      const step = steps[at] as Step;
      const changed = changedStep(step, seed, kind);
      if (changed === undefined) return;
      const whole = rangeHash(0, size, subtree).toString("hex");
      const root = await rootOf(steps.with(at, changed)).catch((error) => error.code as string);
      expect(root).not.toBe(whole);
      if (kind < 2) expect(root).toBe("PROOF_MALFORMED");
    }),
  );
});

function changedStep(step: Step, seed: number, kind: number): Step | undefined {
  const { hashes, leafHash } = step;
  if (kind === 0) return { ...step, hashes: [...hashes, Buffer.alloc(32)] };
  if (kind === 1) return hashes.length === 0 ? undefined : { ...step, hashes: hashes.slice(1) };
  const flip = (hash: Uint8Array) =>
    Buffer.from(hash).fill((hash[seed % 32] as number) ^ 1, seed % 32, (seed % 32) + 1);
  if (kind === 2) return leafHash && { ...step, leafHash: flip(leafHash) };
  return hashes.length === 0
    ? undefined
    : { ...step, hashes: [...hashes.slice(0, -1), flip(hashes.at(-1)!)] };
}

it("what cannot be a proof is refused by name", async () => {
  const malformed = { code: "PROOF_MALFORMED" };
  const tree = new PartialTree(primitives);
  await tree.skip(4, [Buffer.alloc(32)]);
  expect(tree.size).toBe(4);
  for (const [end, hashes] of [
    [3, []],
    [Number.NaN, []],
    [5, []],
    [5, [Buffer.alloc(31)]],
  ] as const)
    await expect(tree.skip(end, hashes)).rejects.toMatchObject(malformed);
});
