import fc from "fast-check";
import { expect, test } from "vitest";
import { digestOf, digestText } from "../merkle/digest.ts";
import { formatEnvelope } from "../verifier/envelope.ts";
import { type EnvelopeMembers, EnvelopeWriter } from "./envelope-writer.ts";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => digestOf(Buffer.from(bytes)));
const name = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => Buffer.from(value).toString("base64url"));
/** Counts of many lengths, and those around which the length changes. */
const count = fc.oneof(
  fc.nat({ max: 1200 }),
  fc.constantFrom(0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 32, 2 ** 53 - 1),
  fc.nat({ max: Number.MAX_SAFE_INTEGER }),
);

const members: fc.Arbitrary<EnvelopeMembers> = fc
  .record({
    c: hash,
    e: count.map((epoch) => Math.max(1, epoch)),
    i: count,
    k: name(12),
    len: count,
    n: count,
    p: hash,
    ses: fc.option(name(16), { nil: undefined }),
    sp: fc.option(hash, { nil: undefined }),
    sq: count,
    src: name(16),
    t: fc.string({
      unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789.-"),
      minLength: 1,
      maxLength: 64,
    }),
    ten: name(16),
    ts: count,
    x: hash,
  })
  .map((any) => (any.ses === undefined ? { ...any, sp: undefined } : any));

/** As a log has them: each takes some members from the one before. */
const followingOne = fc
  .array(
    fc.tuple(
      members,
      fc.subarray(["c", "e", "i", "k", "len", "n", "p", "sq", "src", "t", "ten", "ts", "x"] as const),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((steps) => {
    const all: EnvelopeMembers[] = [];
    for (const [next, kept] of steps) {
      const before = all.at(-1);
      const same = before && Object.fromEntries(kept.map((member) => [member, before[member]]));
      all.push({ ...next, ...same });
    }
    return all;
  });

function textOf({ c, p, ses, sp, x, ...others }: EnvelopeMembers): string {
  return formatEnvelope({
    ...others,
    c: digestText(c),
    p: digestText(p),
    x: digestText(x),
    v: 1,
    ...(ses === undefined ? undefined : { ses }),
    ...(sp === undefined ? undefined : { sp: digestText(sp) }),
  });
}

test("one envelope behind the other, each has the bytes that formatEnvelope gives it", () => {
  fc.assert(
    fc.property(followingOne, (all) => {
      const writer = new EnvelopeWriter();
      const target = Buffer.alloc(4096, 0xff);
      for (const each of all) {
        const end = writer.write(target, 7, each);
        expect(target.toString("latin1", 7, end)).toBe(textOf(each));
        expect(target[end]).toBe(0xff);
        target.fill(0xff);
      }
    }),
    { numRuns: 300 },
  );
});
