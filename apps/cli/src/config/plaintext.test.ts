import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isTlsRequired, refusePlaintext } from "./plaintext.ts";
import { readConfig } from "./read-config.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "custody-plaintext-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(top: string, target = "") {
  const listed = `targets:\n  - { name: shop, kind: postgres, upstream: { env: A }, environment: staging, ${target} }\n`;
  writeFileSync(join(folder, "custody.yaml"), `${top}\n${target === "" ? "" : listed}`);
  return readConfig(folder);
}

const files = "cert: a.pem, key: a.key";

test.each([
  [
    "listen: 0.0.0.0:7070",
    "",
    /custody\.yaml: listen: other machines reach 0\.0\.0\.0:7070.*allowPlaintext: true/,
  ],
  ['listen: "[::]:7070"', "", /listen: other machines reach \[::\]:7070/],
  ["listen: custody.example:7070", "", /listen: other machines may reach custody\.example:7070/],
  [
    "",
    "listen: 10.0.0.1:6432",
    /targets\[0\]\.listen: other machines reach 10\.0\.0\.1:6432.*tls: \{ cert, key \}/,
  ],
  [`tls: { ${files} }`, "listen: 0.0.0.0:6432", /targets\[0\]/],
  ["allowPlaintext: true", "listen: 0.0.0.0:6432", /targets\[0\]/],
])("what other machines can reach needs TLS: %s %s", (top, target, message) => {
  const refusing = () => refusePlaintext(read(top, target));
  expect(refusing).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  expect(refusing).toThrow(message);
});

test.each([
  ["", ""],
  ["listen: localhost:7070", "listen: 127.8.9.1:6432"],
  [`listen: 0.0.0.0:7070\ntls: { ${files} }`, `listen: 0.0.0.0:6432, tls: { ${files} }`],
  ["listen: 0.0.0.0:7070\nallowPlaintext: true", "listen: 0.0.0.0:6432, allowPlaintext: true"],
])("loopback, TLS, or permission: %s %s", (top, target) => {
  expect(() => refusePlaintext(read(top, target))).not.toThrow();
});

test.each([
  [`listen: 127.0.0.1:6432, tls: { ${files} }`, false],
  [`listen: 0.0.0.0:6432, tls: { ${files} }`, true],
  [`listen: 0.0.0.0:6432, allowPlaintext: true, tls: { ${files} }`, false],
  [`listen: 0.0.0.0:6432, tls: { ${files}, required: false }`, false],
  [`listen: 127.0.0.1:6432, tls: { ${files}, required: true }`, true],
])("whether TLS is required for %s: %s", (target, expected) => {
  expect(isTlsRequired(read("", target).targets[0]!)).toBe(expected);
});

test("an origin is all that a public URL may be", () => {
  expect(read("publicUrl: https://Custody.example:8443/").publicUrl).toBe("https://custody.example:8443");
  expect(read("publicUrl: http://localhost:7070").publicUrl).toBe("http://localhost:7070");
});

test("an address that the command line gave is not looked for in the file", () => {
  const config = read("listen: 127.0.0.1:7070");
  const given = { ...config, listen: { host: "0.0.0.0", port: 7999 } };
  const refusing = () => refusePlaintext(given, "--listen");
  expect(refusing).toThrow(/^--listen: other machines reach 0\.0\.0\.0:7999.*custody\.yaml/);
});
