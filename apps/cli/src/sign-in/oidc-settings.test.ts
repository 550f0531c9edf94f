import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../config/read-config.ts";
import { oidcSettings } from "./oidc-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "custody-oidc-"));
afterAll(() => rmSync(folder, { force: true, recursive: true }));

function settings(oidc: string, variables: Readonly<Record<string, string>> = {}) {
  const text = `publicUrl: https://custody.example\nsignIn:\n  oidc: { issuer: https://id.example, clientId: custody, name: Work${oidc} }\n`;
  writeFileSync(join(folder, "custody.yaml"), text);
  return oidcSettings(readConfig(folder), { variables });
}

test("without a provider there are no settings, and with one what is not said is usual", () => {
  writeFileSync(join(folder, "custody.yaml"), "");
  expect(oidcSettings(readConfig(folder), { variables: {} })).toBeUndefined();
  expect(settings("")).toEqual({
    clientId: "custody",
    issuer: "https://id.example",
    name: "Work",
    scopes: ["openid", "email"],
  });
});

test("the secret comes out of a variable or a file, and the rest goes as it is", () => {
  expect(settings(", clientSecret: { env: SECRET }, maxAge: 10m", { SECRET: "hush\n" })).toMatchObject({
    clientSecret: "hush",
    maxAgeSeconds: 600,
  });
  writeFileSync(join(folder, "secret"), "hush\n");
  expect(settings(", clientSecret: { file: secret }, scopes: [openid, profile]")).toMatchObject({
    clientSecret: "hush",
    scopes: ["openid", "profile"],
  });
});

test.each([
  [", clientSecret: { env: NOT_SET }", /clientSecret: the environment variable NOT_SET is not set/],
  [", clientSecret: { file: not-there }", /clientSecret: .*not-there cannot be read/],
  [", clientSecret: { file: empty }", /clientSecret: the file is empty/],
])("a secret that is not there is said: %s", (text, message) => {
  writeFileSync(join(folder, "empty"), "\n");
  expect(() => settings(text)).toThrow(message);
});
