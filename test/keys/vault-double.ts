import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type HttpAnswer, type HttpRequest, LoopbackServer } from "./loopback-server.ts";

interface TransitKey {
  readonly type: "aes256-gcm96" | "rsa-2048";
  /** By version, from 1. */
  readonly versions: Buffer[];
  minDecryptionVersion: number;
}

/**
 * A double of HashiCorp Vault, which Debian has not: the transit engine's encrypt and decrypt as its API documentation
 * describes them (tokens, namespaces, versions, associated data for AEAD keys, errors), and nothing else.
 */
export class VaultDouble {
  #server!: LoopbackServer;
  readonly token: string = `hvs.${randomBytes(24).toString("base64url")}`;
  readonly namespace: string | undefined;
  readonly #keys = new Map<string, TransitKey>();
  /** How many of the next requests fail with 500. */
  failures = 0;
  isSealed = false;
  isHanging = false;
  /** Answered instead of anything else. */
  instead: HttpAnswer;

  private constructor(namespace?: string) {
    this.namespace = namespace;
  }

  static async start(namespace?: string): Promise<VaultDouble> {
    const double = new VaultDouble(namespace);
    double.#server = await LoopbackServer.start((request) => double.#answer(request));
    return double;
  }

  get address(): string {
    return this.#server.url;
  }

  get requests(): readonly HttpRequest[] {
    return this.#server.requests;
  }

  createKey(name: string, type: TransitKey["type"] = "aes256-gcm96"): void {
    this.#keys.set(name, { minDecryptionVersion: 1, type, versions: [randomBytes(32)] });
  }

  rotateKey(name: string): void {
    this.#keys.get(name)?.versions.push(randomBytes(32));
  }

  /** What an operator does to end old copies. */
  setMinDecryptionVersion(name: string, version: number): void {
    const key = this.#keys.get(name);
    if (key !== undefined) key.minDecryptionVersion = version;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  #answer({ body, headers, method, path }: HttpRequest): HttpAnswer {
    if (this.isHanging) return undefined;
    if (this.instead !== undefined) return this.instead;
    if (this.isSealed) return fail(503, "Vault is sealed");
    if (this.failures > 0) {
      this.failures -= 1;
      return fail(500, "internal error");
    }
    if (method !== "POST" && method !== "PUT") return fail(405, "unsupported operation");
    if (headers["x-vault-token"] !== this.token || headers["x-vault-namespace"] !== this.namespace)
      return fail(403, "permission denied");
    const [, verb, name = ""] = /^\/v1\/transit\/(encrypt|decrypt)\/([\w.-]+)$/.exec(path) ?? [];
    if (verb === undefined) return fail(404, `no handler for route "${path.slice(4)}"`);
    const key = this.#keys.get(name);
    if (key === undefined) return fail(400, "encryption key not found");
    const given = JSON.parse(body) as Record<string, string>;
    if (given["associated_data"] && key.type === "rsa-2048")
      return fail(400, `'[0].associated_data' provided for non-AEAD cipher suite ${key.type}`);
    return verb === "encrypt" ? encrypt(key, given) : decrypt(key, given);
  }
}

function encrypt(
  key: TransitKey,
  { associated_data = "", plaintext = "" }: Record<string, string>,
): HttpAnswer {
  const version = key.versions.length;
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key.versions[version - 1] as Buffer, nonce);
  cipher.setAAD(Buffer.from(associated_data, "base64"));
  const sealed = Buffer.concat([
    nonce,
    cipher.update(plaintext, "base64"),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const ciphertext = `vault:v${version}:${sealed.toString("base64")}`;
  return { json: { data: { ciphertext, key_version: version }, request_id: "1" }, status: 200 };
}

function decrypt(
  key: TransitKey,
  { associated_data = "", ciphertext = "" }: Record<string, string>,
): HttpAnswer {
  const [, digits, text = ""] = /^vault:v(\d+):(.*)$/.exec(ciphertext) ?? [];
  if (digits === undefined) return fail(400, "invalid ciphertext: no prefix");
  const version = Number(digits);
  if (version < key.minDecryptionVersion)
    return fail(400, "ciphertext or signature version is disallowed by policy (too old)");
  const secret = key.versions[version - 1];
  if (secret === undefined) return fail(400, "invalid ciphertext: version is too new");
  const sealed = Buffer.from(text, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", secret, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(associated_data, "base64"));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    return { json: { data: { plaintext: plain.toString("base64") } }, status: 200 };
  } catch {
    return fail(400, "cipher: message authentication failed");
  }
}

function fail(status: number, ...errors: string[]): HttpAnswer {
  return { json: { errors }, status };
}
