import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { onTestFinished } from "vitest";
import { KmsDouble } from "./kms-double.ts";
import { VaultDouble } from "./vault-double.ts";

export const KINDS = ["default", "file", "env", "age", "vault", "kms"] as const;
export type Kind = (typeof KINDS)[number];

/** A place for a master key as custody.yaml says it, with the service behind it. */
export interface Place {
  /** What stands behind `masterKey:`. */
  readonly yaml: string;
  readonly variables: Readonly<Record<string, string>>;
  /** What may stand in no output. */
  readonly secrets: readonly string[];
  /** Makes the service unreachable, or takes away what it needs; does nothing where that cannot be. */
  readonly cutOff: () => void | Promise<void>;
}

/** Services end with the test. */
export async function placeOf(kind: Kind, folder: string): Promise<Place> {
  const none = { cutOff: () => {}, secrets: [], variables: {} };
  if (kind === "default") return { ...none, yaml: "{}" };
  if (kind === "file") return { ...none, yaml: "{ file: ./elsewhere.key }" };
  if (kind === "env") {
    const key = "0123456789abcdef".repeat(4);
    return { ...none, secrets: [key], variables: { MASTER: key }, yaml: "{ env: MASTER }" };
  }
  if (kind === "age") return agePlace(folder);
  return kind === "vault" ? vaultPlace(folder) : kmsPlace();
}

async function agePlace(folder: string): Promise<Place> {
  const { identity, path } = await makeIdentity(folder, "sealing.txt");
  const secrets = [identity.slice(20)];
  return { cutOff: () => {}, secrets, variables: {}, yaml: `{ age: { identity: ${path} } }` };
}

async function vaultPlace(folder: string): Promise<Place> {
  const vault = await VaultDouble.start();
  onTestFinished(() => vault.stop());
  vault.createKey("custody");
  const file = join(folder, "vault-token");
  writeFileSync(file, `${vault.token}\n`);
  const cutOff = () => {
    vault.isSealed = true;
  };
  const yaml = `{ vault: { address: "${vault.address}", key: custody, token: { file: ${file} } } }`;
  return { cutOff, secrets: [vault.token], variables: {}, yaml };
}

async function kmsPlace(): Promise<Place> {
  const kms = await KmsDouble.start("session-token-of-kms");
  onTestFinished(() => kms.stop());
  kms.createKey("custody");
  const { accessKeyId, endpoint, region, secretAccessKey, sessionToken = "" } = kms;
  return {
    cutOff: () => kms.setEnabled("custody", false),
    secrets: [secretAccessKey, sessionToken],
    variables: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    },
    yaml: `{ kms: { endpoint: "${endpoint}", key: custody, region: ${region} } }`,
  };
}

/** As `age-keygen` writes it. */
export async function makeIdentity(
  folder: string,
  name: string,
): Promise<{ identity: string; path: string; recipient: string }> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const path = join(folder, name);
  writeFileSync(path, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600 });
  return { identity, path, recipient };
}
