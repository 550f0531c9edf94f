import { expect, test } from "vitest";
import { bytesFrom } from "../testing/bytes.ts";
import { KnownChunks } from "./known-chunks.ts";

const nameOf = (seed: number) => bytesFrom(seed, 16).toString("latin1");
const placeOf = (seed: number) => ({ pack: seed + 1, offset: seed * 7, ordinal: seed % 500 });

test("what was added is found at its place, and nothing else is", () => {
  const known = new KnownChunks(100_000);
  for (let seed = 0; seed < 5000; seed += 1) known.add(nameOf(seed), placeOf(seed));
  const found = Array.from({ length: 10_000 }, (_, seed) => known.find(nameOf(seed)));
  expect(found.slice(0, 5000)).toEqual(Array.from({ length: 5000 }, (_, seed) => placeOf(seed)));
  expect(found.slice(5000).filter((place) => place !== undefined)).toEqual([]);
});

test("names that differ in one byte only are two, wherever that byte is", () => {
  const known = new KnownChunks(100);
  const name = Buffer.alloc(16, 0xff);
  known.add(name.toString("latin1"), placeOf(1));
  for (let at = 0; at < 16; at += 1) {
    const other = Buffer.from(name);
    other[at] = 0xfe;
    expect(known.find(other.toString("latin1"))).toBeUndefined();
  }
});

test("a name that is added again stands where it was added last", () => {
  const known = new KnownChunks(100);
  known.add(nameOf(1), placeOf(1));
  known.add(nameOf(1), placeOf(2));
  expect(known.find(nameOf(1))).toEqual(placeOf(2));
});

test("it forgets the older half when it is full, but not what was asked for since", () => {
  const known = new KnownChunks(1000);
  for (let seed = 0; seed < 2500; seed += 1) {
    known.add(nameOf(seed), placeOf(seed));
    known.find(nameOf(0));
  }
  expect(known.find(nameOf(0))).toEqual(placeOf(0));
  expect(known.find(nameOf(2499))).toEqual(placeOf(2499));
  expect(known.find(nameOf(1500))).toEqual(placeOf(1500));
  expect(known.find(nameOf(1))).toBeUndefined();
});
