import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Redactor, StreamRedactor } from "./index.ts";
import {
  placesOfValues,
  privateKeyText,
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
const redactor = new Redactor({ key });

function inPieces(text: string, lengths: readonly number[], by = redactor): string {
  const stream = new StreamRedactor(by);
  let out = "";
  let at = 0;
  for (let turn = 0; at < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    out += stream.push(text.slice(at, at + length));
    at += length;
  }
  return out + stream.flush();
}

const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

test("no secret comes out whole, wherever the text is cut", () => {
  fc.assert(
    fc.property(around, secrets, around, lengths, (before, secret, after, cuts) => {
      const text = `${before}${secret}${/^[\w.-]/.test(after) ? " " : ""}${after}`;
      expect(inPieces(text, cuts)).not.toContain(secret);
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...placesOfValues), values, lengths, ([before, after], value, cuts) => {
      expect(inPieces(`a ${before}${value}${after}`, cuts)).not.toContain(value);
    }),
    { numRuns: 1000 },
  );
});

test("at every single cut, at most the first characters of what only then is recognised come out", () => {
  for (const secret of Object.values(secretsOfKinds(9)).flat()) {
    const text = `before ${secret}\nafter\n`;
    const mark = redactor.redact(secret);
    for (let cut = 1; cut < text.length; cut += 1) {
      const out = inPieces(text, [cut, text.length]);
      expect(out.endsWith(`${mark}\nafter\n`), `${secret} at ${cut}`).toBe(true);
      expect(out.length).toBeLessThanOrEqual(`before ${mark}\nafter\n`.length + 40);
    }
  }
});

test("of a known value, no more than two characters come out at any cut", () => {
  const value = "träge:Wörter/unter uns";
  const known = new Redactor({ key, known: [{ name: "WORDS", value }] });
  for (const form of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) {
    for (let length = 1; length <= form.length; length += 1) {
      const out = inPieces(`x ${form} y`, [length], known);
      expect(out).toMatch(/^x .{0,2}\[secret:WORDS:[0-9a-f]{12}\] y$/);
    }
  }
});

test("what is no secret comes out as it was, and at once", () => {
  fc.assert(
    fc.property(fc.array(fc.lorem({ maxCount: 3 }), { maxLength: 10 }), (pieces) => {
      const stream = new StreamRedactor(redactor);
      for (const piece of pieces) expect(stream.push(piece)).toBe(piece);
      expect(stream.flush()).toBe("");
    }),
  );
  const stream = new StreamRedactor(redactor);
  for (const piece of ["$ ", "l", "s", "\r\n", "\x1b[34msrc\x1b[0m", "\r\nPassword: ", "\x1b", "[?25h"]) {
    expect(stream.push(piece)).toBe(piece);
  }
});

test("any bytes of a terminal come out, none of them twice", () => {
  const terminal = fc.array(
    fc.oneof(
      fc.constantFrom("\x1b[31m", "\x1b", "\x1b]0;t\x07", " \r", "\r\n", "token=", "sk-", "eyJ"),
      fc.string(),
    ),
  );
  fc.assert(
    fc.property(terminal, lengths, (pieces, cuts) => {
      const text = pieces.join("");
      fc.pre(redactor.redact(text) === text);
      expect(inPieces(text, cuts)).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test("it holds back no more than a private key's length, however the text goes on", () => {
  for (const begin of [
    "-----BEGIN PRIVATE KEY-----\n",
    "password=",
    "Bearer ",
    "eyJ",
    "://a:",
    "ghp_",
    "\x1b]0;",
  ]) {
    const stream = new StreamRedactor(redactor);
    let given = stream.push(begin).length;
    let pushed = begin.length;
    for (let turn = 0; turn < 200; turn += 1) {
      given += stream.push("A1b2".repeat(256)).length;
      pushed += 1024;
      expect(pushed - given).toBeLessThanOrEqual(80 * 1024);
    }
    stream.flush();
  }
});

test("a private key is one mark, however slowly it comes", () => {
  const text = `$ cat key\r\n${privateKeyText("OPENSSH PRIVATE KEY", 4, "\r\n")}\r\n$ `;
  expect(inPieces(text, [1])).toMatch(
    /^\$ cat key\r\n(?:-{1,5}BEGIN OPENSSH PRIVATE KEY-{0,5})?\[secret:private-key:[0-9a-f]{12}\]\r\n\$ $/,
  );
});
