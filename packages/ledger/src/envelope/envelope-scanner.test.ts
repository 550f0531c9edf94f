import fc from "fast-check";
import { expect, test } from "vitest";
import { type Envelope, formatEnvelope, parseEnvelope } from "../verifier/envelope.ts";
import { EnvelopeScanner } from "./envelope-scanner.ts";

const base64 = (bytes: number, form: "base64" | "base64url") =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString(form));
const hash = base64(32, "base64");
const reference = base64(16, "base64url");
const count = fc.oneof(
  fc.nat({ max: 300 }),
  fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  fc.constant(Number.MAX_SAFE_INTEGER),
);
const members = {
  c: hash,
  e: count.map((epoch) => Math.max(1, epoch)),
  i: count,
  k: base64(12, "base64url"),
  len: count,
  n: count,
  p: hash,
  sq: count,
  src: reference,
  t: fc.string({ unit: fc.constantFrom(..."abcxyz019.-"), minLength: 1, maxLength: 64 }),
  ten: reference,
  ts: count,
  v: fc.constant(1 as const),
  x: hash,
};
const envelope: fc.Arbitrary<Envelope> = fc.oneof(
  fc.record(members),
  fc.record({ ...members, ses: reference }),
  fc.record({ ...members, ses: reference, sp: hash }),
);

function parsed(bytes: Buffer): Envelope | undefined {
  try {
    return parseEnvelope(bytes);
  } catch {
    return undefined;
  }
}

/** What a scanner makes of a text that stands in the middle of others, as a plain object. */
function scanned(scanner: EnvelopeScanner, text: Buffer): Envelope | undefined {
  const bytes = Buffer.concat([Buffer.from('"x":"'), text, Buffer.from('"}{"c":"')]);
  const found = scanner.scan(bytes, 5, 5 + text.length);
  if (found === undefined) return undefined;
  const { c, e, i, k, len, n, p, ses, sp, sq, src, t, ten, ts, v, x } = found;
  expect(bytes.toString("latin1", found.pAt, found.pAt + 44)).toBe(p);
  expect(found.spAt === -1 ? undefined : bytes.toString("latin1", found.spAt, found.spAt + 44)).toBe(sp);
  const session = ses === undefined ? undefined : { ses };
  const previous = sp === undefined ? undefined : { sp };
  return { c, e, i, k, len, n, p, sq, src, t, ten, ts, v, x, ...session, ...previous };
}

test("every envelope is read as the parser reads it, whatever stood before it", () => {
  const scanner = new EnvelopeScanner();
  fc.assert(
    fc.property(envelope, (each) => {
      expect(scanned(scanner, Buffer.from(formatEnvelope(each)))).toEqual(each);
    }),
    { numRuns: 500 },
  );
});

/** One change to a text, as damage or an attacker would make it. */
const change = fc.oneof(
  fc.record({ kind: fc.constant("replace" as const), at: fc.nat(), with: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant("digit" as const), at: fc.nat(), with: fc.constantFrom(..."0189 -+.eE") }),
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), with: fc.constantFrom(...'0A"}:,=/ {') }),
  fc.record({ kind: fc.constant("drop" as const), at: fc.nat(), with: fc.constantFrom(1, 2, 44) }),
  fc.record({ kind: fc.constant("swap" as const), at: fc.nat(), with: fc.nat() }),
);

function changed(
  text: Buffer,
  changes: readonly (typeof change extends fc.Arbitrary<infer T> ? T : never)[],
): Buffer {
  let bytes = Buffer.from(text);
  for (const each of changes) {
    const at = each.at % (bytes.length + 1);
    const rest = bytes.subarray(at);
    if (each.kind === "replace") bytes.fill(each.with, at, Math.min(at + 1, bytes.length));
    else if (each.kind === "digit") bytes.fill(each.with, at, Math.min(at + 1, bytes.length));
    else if (each.kind === "insert")
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(each.with), rest]);
    else if (each.kind === "drop") bytes = Buffer.concat([bytes.subarray(0, at), rest.subarray(each.with)]);
    else {
      const members = bytes.toString("latin1").split(",");
      const [a, b] = [at % members.length, each.with % members.length];
      [members[a], members[b]] = [members[b] as string, members[a] as string];
      bytes = Buffer.from(members.join(","), "latin1");
    }
  }
  return bytes;
}

test("whatever is changed in one, what the scanner takes the parser takes as the same, and the other way round", () => {
  const scanner = new EnvelopeScanner();
  fc.assert(
    fc.property(envelope, fc.array(change, { minLength: 1, maxLength: 3 }), (each, changes) => {
      const bytes = changed(Buffer.from(formatEnvelope(each)), changes);
      expect(scanned(scanner, bytes)).toEqual(parsed(bytes));
    }),
    { numRuns: 3000 },
  );
});

test("every single bit that is flipped in one is judged as the parser judges it", () => {
  const scanner = new EnvelopeScanner();
  const [first] = fc.sample(fc.record({ ...members, ses: reference, sp: hash }), { numRuns: 1, seed: 4 });
  const text = Buffer.from(formatEnvelope(first as Envelope));
  for (let bit = 0; bit < text.length * 8; bit += 1) {
    const bytes = Buffer.from(text);
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    // So that what is remembered is what it was.
    expect(scanned(scanner, text)).toEqual(first);
    expect(scanned(scanner, bytes)).toEqual(parsed(bytes));
  }
});

test.each([
  ["a number with a zero before it", '"i":', '"i":0'],
  ["a number that is not exact", '"ts":', '"ts":9007199254740993'],
  ["an epoch of zero", /"e":\d+/, '"e":0'],
  ["a type that is too long", '"t":"', `"t":"${"a".repeat(64)}`],
  ["an empty type", /"t":"[^"]*"/, '"t":""'],
  ["a hash with bits behind its end", /.=","e"/, 'B=","e"'],
])("%s is refused", (_, from, to) => {
  const scanner = new EnvelopeScanner();
  const [any] = fc.sample(fc.record({ ...members, ses: reference, sp: hash }), { numRuns: 1, seed: 9 });
  const text = formatEnvelope({ ...(any as Envelope), i: 5, ts: 1 });
  const bytes = Buffer.from(text.replace(from, to));
  expect(parsed(bytes)).toBeUndefined();
  expect(scanned(scanner, bytes)).toBeUndefined();
});
