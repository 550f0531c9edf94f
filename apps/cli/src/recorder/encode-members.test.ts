import { createRequire } from "node:module";
import type { Duration, Effect, Parameter, Statement } from "@custody/domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeDuration, encodeEffect, encodeStatement } from "./encode-members.ts";

/** Required, because its types describe another kind of module than it is. */
const canonicalize = createRequire(import.meta.url)("canonicalize") as (value: unknown) => string;

const text = fc.string({ unit: "grapheme" });
const count = fc.maxSafeNat();

/** All of a type's optional members may be missing: the compiler asks for each of them here. */
type Arbitraries<Value> = {
  readonly [Member in keyof Required<Value>]: fc.Arbitrary<Required<Value>[Member]>;
};

const rows: Arbitraries<Effect["rows"]> = { affected: count, matched: count, returned: count };
const bulk: Arbitraries<NonNullable<Effect["bulk"]>> = {
  bytes: count,
  digest: text,
  direction: fc.constantFrom("in", "out"),
};
const effect: Arbitraries<Effect> = {
  bulk: fc.record(bulk),
  byTable: fc.array(fc.record({ deleted: count, inserted: count, name: text, schema: text, updated: count })),
  bytes: count,
  code: text,
  error: text,
  granularity: fc.constant("string"),
  rows: fc.record(rows, { requiredKeys: [] }) as fc.Arbitrary<Effect["rows"]>,
  source: fc.constantFrom("server", "statistics", "not-reported"),
  status: fc.constantFrom("ok", "error", "denied", "cancelled", "skipped", "unknown"),
  tag: text,
};
const parameter: Arbitraries<Parameter> = {
  hex: text,
  index: count,
  null: fc.constant(true),
  type: text,
  value: text,
};
const statement: Arbitraries<Statement> = {
  bytes: text,
  digest: text,
  fingerprint: text,
  parameters: fc.array(fc.record(parameter, { requiredKeys: ["index", "type"] }) as fc.Arbitrary<Parameter>),
  protocol: fc.constantFrom("simple", "extended", "function-call"),
  text,
};

test("an effect is its canonical JSON, whatever of it is there", () => {
  const effects = fc.record(effect, { requiredKeys: ["bytes", "rows", "source", "status"] });
  fc.assert(
    fc.property(effects, (one) => {
      expect(encodeEffect(one as Effect)).toBe(canonicalize(one));
    }),
  );
});

test("and so is a duration", () => {
  const durations: fc.Arbitrary<Duration> = fc.record({ heldUs: count, totalUs: count, upstreamUs: count });
  fc.assert(
    fc.property(durations, (one) => {
      expect(encodeDuration(one)).toBe(canonicalize(one));
    }),
  );
});

test("and a statement with its values", () => {
  const statements = fc.record(statement, { requiredKeys: ["digest", "text"] });
  fc.assert(
    fc.property(statements, (one) => {
      expect(encodeStatement(one as Statement)).toBe(canonicalize(one));
    }),
  );
});

test("what JSON has no form for is refused", () => {
  const bytes = Number.NaN;
  const lone = "\ud800";
  const refused = expect.objectContaining({ code: "CANONICAL_UNSUPPORTED" });
  expect(() => encodeEffect({ bytes, rows: {}, source: "server", status: "ok" })).toThrow(refused);
  expect(() => encodeStatement({ digest: "", text: lone })).toThrow(refused);
});
