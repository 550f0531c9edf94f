import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, type TestContext, test } from "vitest";
import { readTlsFiles } from "../../apps/cli/src/config/tls-files.ts";
import { optional } from "../postgres/optional.ts";
import { Authority } from "./certificates.ts";

/** The files that custody.yaml names, before anything is served with them. */
const folder = mkdtempSync(join(tmpdir(), "custody-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

let made: Authority | undefined;

function authority(context: Pick<TestContext, "skip">): Authority {
  made ??= new Authority(optional("openssl", context), "Test root");
  return made;
}
afterAll(() => made && rmSync(made.folder, { recursive: true }));

function read(cert: string, key: string): string[] {
  const warnings: string[] = [];
  readTlsFiles({ cert, key }, "tls", folder, (text) => warnings.push(text));
  return warnings;
}

test("a certificate and its key are taken, by paths from the folder of the file", (context) => {
  const { certificate, key } = authority(context).issue("a", { days: 100 });
  expect(read(certificate, key)).toEqual([]);
  expect(() => read("a.pem", "a.key")).toThrow(`tls.cert: ${join(folder, "a.pem")} is not there`);
});

test("what cannot be served is refused, and the key is never shown", (context) => {
  const issuer = authority(context);
  const [one, other] = [issuer.issue("one"), issuer.issue("other")];
  const locked = join(folder, "locked.key");
  const args = ["pkcs8", "-topk8", "-in", one.key, "-out", locked, "-passout", "pass:hunter2"];
  execFileSync(optional("openssl", context), args, { stdio: "pipe" });
  const empty = join(folder, "empty.pem");
  writeFileSync(empty, "");
  const cases: [string, string, RegExp][] = [
    [one.certificate, other.key, /the key in .* is not the one of the certificate in /],
    [one.key, one.key, /tls\.cert: .* holds no certificate/],
    [one.certificate, one.certificate, /tls\.key: .* holds no key/],
    [one.certificate, locked, /has a passphrase: give one without/],
    [empty, one.key, /holds no certificate/],
    [one.certificate, folder, /tls\.key: .* cannot be read/],
  ];
  for (const [certificate, key, message] of cases) {
    expect(() => read(certificate, key)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    expect(() => read(certificate, key)).toThrow(message);
    expect(() => read(certificate, key)).not.toThrow(/BEGIN|hunter2/);
  }
});

test("a certificate that is out of date, or soon will be, is a warning", (context) => {
  const issuer = authority(context);
  const [old, soon] = [issuer.issue("old", { days: -1 }), issuer.issue("soon", { days: 3 })];
  expect(read(old.certificate, old.key)[0]).toMatch(/has expired at/);
  expect(read(soon.certificate, soon.key)[0]).toMatch(/expires at/);
});
