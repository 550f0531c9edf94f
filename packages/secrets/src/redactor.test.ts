import { createHmac, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Redactor } from "./index.ts";
import {
  placesOfValues,
  randomValue,
  secretsOfKinds,
  secretWithForm,
  surroundings,
} from "./testing/planted-secrets.ts";

const key = Buffer.alloc(32, 7);
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const secrets = fc.tuple(seeds, fc.nat()).map(([seed, pick]) => secretWithForm(seed, pick));
const values = fc
  .tuple(seeds, fc.integer({ min: 20, max: 60 }))
  .map(([seed, length]) => randomValue(seed, length));
const around = fc.oneof(
  fc.constantFrom(...surroundings),
  fc.string({ maxLength: 40 }).map((text) => `${text} `),
);

test("the mark has the kind, and a hash of the secret under the key", () => {
  const token = secretsOfKinds(2)["npm-token"]?.[0] as string;
  const digest = createHmac("sha256", key).update(token).digest("hex").slice(0, 12);
  expect(new Redactor({ key }).redact(`a ${token} b`)).toBe(`a [secret:npm-token:${digest}] b`);
  expect(new Redactor({ key: randomBytes(32) }).redact(token)).not.toContain(digest);
  expect(() => new Redactor({ key: Buffer.alloc(15) })).toThrow(RangeError);
});

test("the same secret has the same mark, also between escapes, which stay", () => {
  const redactor = new Redactor({ key });
  const token = secretsOfKinds(2)["npm-token"]?.[0] as string;
  const mark = redactor.redact(token);
  const coloured = `${token.slice(0, 9)}\x1b[1m${token.slice(9)}\x1b[0m`;
  expect(redactor.redact(coloured)).toBe(`${mark}\x1b[1m\x1b[0m`);
});

test("no secret with a form stays whole, wherever it stands", () => {
  const redactor = new Redactor({ key });
  fc.assert(
    fc.property(around, secrets, around, (before, secret, after) => {
      expect(redactor.redact(`${before}${secret}${/^[\w.-]/.test(after) ? " " : ""}${after}`)).not.toContain(
        secret,
      );
    }),
    { numRuns: 1000 },
  );
});

test("no named value stays whole", () => {
  const redactor = new Redactor({ key });
  fc.assert(
    fc.property(around, fc.constantFrom(...placesOfValues), values, (beside, [before, after], value) => {
      expect(redactor.redact(`${beside} ${before}${value}${after}${beside}`)).not.toContain(value);
    }),
    { numRuns: 1000 },
  );
});

test("no known value stays, in any form in which it may be written", () => {
  const known = fc
    .string({ minLength: 8, maxLength: 60, unit: "binary" })
    .filter((each) => each.trim().length >= 8);
  fc.assert(
    fc.property(known, fc.string(), fc.string(), (value, before, after) => {
      const redactor = new Redactor({ key, known: [{ name: "VALUE", value }] });
      const forms = [
        value,
        encodeURIComponent(Buffer.from(value).toString()),
        JSON.stringify(value).slice(1, -1),
      ];
      const bytes = Buffer.from(value);
      for (const form of forms) expect(redactor.redact(before + form + after)).not.toContain(form);
      for (const lead of ["", "a", "ab"]) {
        const encoded = Buffer.concat([Buffer.from(lead), bytes, Buffer.from("z")]).toString("base64");
        expect(redactor.redact(encoded)).toContain("[secret:VALUE:");
        expect(redactor.redact(encoded)).not.toContain(encoded);
      }
    }),
    { numRuns: 300 },
  );
});

test("a known value is found within a larger secret, and by its name when alone", () => {
  const redactor = new Redactor({ key });
  redactor.addKnown("DATABASE_PASSWORD", "correct horse battery");
  redactor.addKnown("SHORT", "short");
  expect(redactor.redact("say correct horse battery, short")).toMatch(
    /^say \[secret:DATABASE_PASSWORD:[0-9a-f]{12}\], short$/,
  );
  expect(redactor.redact("with a strange name")).toBe("with a strange name");
  redactor.addKnown("a name: with] signs", "another value");
  expect(redactor.redact("another value")).toMatch(/^\[secret:a_name__with__signs:[0-9a-f]{12}\]$/);
});

test("redacting again changes nothing, and what is no secret stays as it is", () => {
  const redactor = new Redactor({
    key,
    known: [
      { name: "K", value: "password" },
      { name: "S", value: "[secret:" },
    ],
  });
  const pieces = fc.oneof(secrets, around, values, fc.constantFrom(...placesOfValues.flat(), "password"));
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (all) => {
      const once = redactor.redact(all.join(""));
      expect(redactor.redact(once)).toBe(once);
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.lorem({ maxCount: 50 }), (text) => {
      expect(redactor.redact(text)).toBe(text);
    }),
  );
});
