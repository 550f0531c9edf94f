import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "./read-config.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "custody-master-key-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  writeFileSync(join(folder, "custody.yaml"), `masterKey: ${text}\n`);
  return readConfig(folder).masterKey;
}

test("without it, the key is in its file", () => {
  expect(readConfig(folder).masterKey).toBeUndefined();
});

const token = "token: { env: VAULT_TOKEN }";

test.each([
  ["{ file: /etc/custody/master.key }"],
  ["{ env: CUSTODY_MASTER_KEY }"],
  ["{ age: { identity: ./identity.txt } }"],
  [
    `{ vault: { address: "https://vault.example:8200", mount: team/transit, key: custody, ${token}, namespace: a/b } }`,
  ],
  [`{ vault: { address: "http://127.0.0.1:8200", key: custody, token: { file: /run/vault/token } } }`],
  ["{ kms: { key: alias/custody, region: eu-central-1 } }"],
  [
    '{ kms: { key: "arn:aws:kms:eu-central-1:111122223333:key/1", region: us-gov-west-1, endpoint: "https://vpce.example", accessKeyId: { env: A }, secretAccessKey: { file: b }, sessionToken: { env: C } } }',
  ],
  ["{ env: KEY, previous: [{ file: keys/master.key }, { age: { identity: i } }] }"],
  ["{ requireRecovery: true }"],
  ["{ requireRecovery: false, recoveryRecipients: [age1qqqq] }"],
])("%s is understood", (text) => {
  expect(read(text)).toBeDefined();
});

test.each([
  [
    "{ file: a, env: B }",
    /masterKey is wrong: a key is kept in one place: one of file, env, age, vault, kms/,
  ],
  ["{ fil: a }", /unknown key masterKey\.fil/],
  ["{ env: 0123456789abcdef }", /masterKey\.env is wrong: the name of an environment variable/],
  ["{ env: A, previous: [{}] }", /masterKey\.previous\[0\] is wrong: each is one of/],
  [
    "{ env: A, previous: [{ env: B, requireRecovery: true }] }",
    /unknown key masterKey\.previous\[0\]\.requireRecovery/,
  ],
  ["{ age: {} }", /masterKey\.age\.identity is missing/],
  [`{ vault: { address: "http://vault.example", key: k, ${token} } }`, /masterKey\.vault\.address is wrong/],
  [
    `{ vault: { address: "https://user:pass@vault.example", key: k, ${token} } }`,
    /address is wrong.*without a password/,
  ],
  [`{ vault: { address: "https://v", key: k } }`, /masterKey\.vault\.token is missing/],
  [`{ vault: { address: "https://v", key: ../k, ${token} } }`, /masterKey\.vault\.key is wrong/],
  [`{ vault: { address: "https://v", key: k, mount: ../x, ${token} } }`, /masterKey\.vault\.mount is wrong/],
  ["{ kms: { key: k } }", /masterKey\.kms\.region is missing/],
  ["{ kms: { key: k, region: Frankfurt } }", /masterKey\.kms\.region is wrong/],
  ["{ kms: { key: k, region: eu-central-1, accessKeyId: { env: A } } }", /go together/],
  ["{ recoveryRecipients: [ssh-ed25519] }", /recoveryRecipients\[0\] is wrong/],
  ["{ recoveryRecipients: [] }", /at least one recipient/],
])("%s is refused, with what is wrong and where", (text, message) => {
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).toThrow(/custody\.yaml:1/);
});

test.each([
  [`{ vault: { address: "https://v", key: k, token: hvs.SECRET } }`],
  ["{ kms: { key: k, region: eu-central-1, accessKeyId: AKIASECRET, secretAccessKey: SECRET } }"],
])("a secret that stands in the file is refused, and not repeated", (text) => {
  expect(() => read(text)).toThrow(/never the secret itself/);
  expect(() => read(text)).not.toThrow(/SECRET/);
});
