import { expect, test } from "vitest";
import { findSecrets } from "./index.ts";
import { madeOf, placesOfValues, privateKeyText, secretsOfKinds } from "./testing/planted-secrets.ts";

const kinds = Object.entries(secretsOfKinds(7)).flatMap(([kind, all]) =>
  all.map((secret) => [kind, secret] as const),
);

test.each(kinds)("finds what is documented as a %s: %s", (kind, secret) => {
  for (const [before, after] of [
    ["", ""],
    ["it is ", " now"],
    ['"', '"'],
    ["a\\n", "\\n"],
    ["=", "\n"],
  ] as const) {
    const found = findSecrets(before + secret + after);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ kind });
    const { end, start } = found[0] as { start: number; end: number };
    expect((before + secret + after).slice(start, end)).toContain(secret);
  }
});

test.each(placesOfValues)("finds the value after %j", (before, after) => {
  const value = madeOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32, 11);
  const found = findSecrets(before + value + after);
  expect(found).toHaveLength(1);
  expect((before + value + after).slice(found[0]?.start, found[0]?.end)).toContain(value);
});

test.each([
  ["a password that somebody chose", "PASSWORD=hunter2hunter2", "hunter2hunter2"],
  ["one with signs", 'password: "Sommer2024!"', "Sommer2024!"],
  ["one in an address, with its signs", "mysql://root:p#w?d!@localhost/x", "p#w?d!"],
  ["one in an address in JSON", "redis:\\/\\/:hunter2@cache", "hunter2"],
  ["one in SQL", "CREATE USER a IDENTIFIED BY 'blue'", "blue"],
  ["basic credentials", `authorization: basic ${btoa("user:pass")}`, btoa("user:pass")],
  [
    "the documented example of AWS",
    "AWS_SECRET=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  ],
])("finds %s", (_what, text, secret) => {
  expect(findSecrets(text).map(({ end, start }) => text.slice(start, end))).toEqual([secret]);
});

test("finds a private key whose end is missing, also with the line breaks of JSON", () => {
  const whole = privateKeyText("PRIVATE KEY", 3, "\\n");
  const cut = whole.slice(0, -60);
  expect(findSecrets(`{"key":"${cut}"}`)).toMatchObject([{ start: 8, kind: "private-key" }]);
  expect(findSecrets("It begins with -----BEGIN PRIVATE KEY-----, as you know.")).toEqual([]);
  const certificate = whole.replace(/PRIVATE KEY/g, "CERTIFICATE");
  expect(findSecrets(certificate)).toEqual([]);
});

test("sees through a terminal's escapes, before, after and within", () => {
  const token = secretsOfKinds(5)["github-token"]?.[0] as string;
  const coloured = `\x1b[31m${token.slice(0, 9)}\x1b[0m\x1b]0;title\x07${token.slice(9)}\x1b[m`;
  const found = findSecrets(coloured);
  expect(found).toHaveLength(1);
  expect(coloured.slice(found[0]?.start, found[0]?.end).startsWith(token.slice(0, 9))).toBe(true);
  expect(coloured.slice(found[0]?.end)).toBe("\x1b[m");
  // A line editor goes on in the next line with a space and a carriage return.
  expect(findSecrets(`$ x ${token.slice(0, 20)} \r${token.slice(20)}\n`)).toHaveLength(1);
});

test("what overlaps is one, of the kind of the longest", () => {
  const token = secretsOfKinds(5)["github-token"]?.[0] as string;
  const text = `https://x:${token}!@github.com`;
  expect(findSecrets(text)).toEqual([{ start: 10, end: 10 + token.length + 1, kind: "url-password" }]);
});
