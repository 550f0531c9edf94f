import { type KeySealer, LedgerError } from "@custody/ledger";
import {
  askService,
  type Fetch,
  plain,
  type Service,
  type ServiceAnswer,
  unavailable,
} from "../http/ask-service.ts";
import { keyFromBase64, sealedMalformed } from "../sealed-key.ts";

/** A key of Vault's transit engine. https://developer.hashicorp.com/vault/api-docs/secret/transit */
export interface VaultOptions {
  /** `https://vault.example:8200` */
  readonly address: string;
  /** Where the engine is mounted. */
  readonly mount: string;
  readonly key: string;
  readonly namespace?: string | undefined;
  /** Asked for each time: tokens are renewed. */
  readonly token: () => Promise<string>;
  readonly fetch: Fetch;
}

/**
 * Seals with a key that never leaves Vault. The context is the associated data, where the key's type has any: AES-GCM
 * and ChaCha20 have, RSA has not. What is sealed is Vault's own text, `vault:v<version>:…`, so that
 * `min_decryption_version` ends old copies.
 */
export function vaultSealer(options: VaultOptions): KeySealer {
  const { address, key, mount } = options;
  const description = `vault ${mount}/${key} at ${new URL(address).host}`;
  const ask = async (verb: "encrypt" | "decrypt", body: Record<string, string>, context: string) => {
    const token = await options.token();
    const service: Service = { fetch: options.fetch, name: description, secrets: [token] };
    const data = { ...body, associated_data: Buffer.from(context).toString("base64") };
    let answer = await post(service, options, token, verb, data);
    if (answer.status === 400 && /non-AEAD/.test(errorsOf(answer)))
      answer = await post(service, options, token, verb, body);
    return { answer, service };
  };
  return {
    description,
    async seal(secret, context) {
      const plaintext = Buffer.from(secret).toString("base64");
      const { answer, service } = await ask("encrypt", { plaintext }, context);
      const { ciphertext } = dataOf(answer);
      if (answer.status === 200 && isSealed(ciphertext)) return ciphertext;
      throw refusal({ ...service, secrets: [...service.secrets, plaintext] }, answer);
    },
    async unseal(sealed, context) {
      if (!isSealed(sealed)) throw sealedMalformed("it was not sealed by Vault, or is damaged");
      const { answer, service } = await ask("decrypt", { ciphertext: sealed }, context);
      const { plaintext } = dataOf(answer);
      if (answer.status === 200 && typeof plaintext === "string") return keyFromBase64(plaintext, "Vault");
      if (answer.status === 400 && isAboutCiphertext(errorsOf(answer))) throw wrong(service, answer);
      throw refusal(service, answer);
    },
  };
}

function post(
  service: Service,
  { address, key, mount, namespace }: VaultOptions,
  token: string,
  verb: string,
  body: Record<string, string>,
): Promise<ServiceAnswer> {
  const path = [...mount.split("/"), verb, key].map(encodeURIComponent).join("/");
  return askService(service, async () => ({
    body: JSON.stringify(body),
    headers: {
      "content-type": "application/json",
      "x-vault-request": "true",
      "x-vault-token": token,
      ...(namespace === undefined ? undefined : { "x-vault-namespace": namespace }),
    },
    url: `${address.replace(/\/+$/, "")}/v1/${path}`,
  }));
}

function isSealed(text: unknown): text is string {
  return typeof text === "string" && /^vault:v[1-9]\d{0,8}:[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** What Vault says of a ciphertext that is not this key's, was changed, is for another context, or is too old. */
function isAboutCiphertext(errors: string): boolean {
  return /ciphertext|message authentication failed/i.test(errors);
}

function wrong(service: Service, answer: ServiceAnswer): LedgerError {
  return new LedgerError(
    "MASTER_KEY_WRONG",
    `${service.name} does not open keys/sealed: ${plain(errorsOf(answer), service.secrets)} — it may belong to another key or ledger, or be older than min_decryption_version`,
  );
}

function refusal(service: Service, answer: ServiceAnswer): LedgerError {
  const errors = errorsOf(answer);
  const what = `it answers ${answer.status}${errors === "" ? "" : `: ${errors}`}`;
  return unavailable(service, what, adviceFor(answer.status));
}

function adviceFor(status: number): string {
  if (status >= 300 && status < 400)
    return "give the address of the active node, redirections are not followed";
  if (status === 401 || status === 403)
    return "renew the token, and let its policy `update` <mount>/encrypt/<key> and <mount>/decrypt/<key>";
  if (status === 404) return "correct mount, namespace or key";
  if (status === 503) return "unseal Vault, or wait until it is back";
  return status >= 500
    ? "see Vault's own log"
    : "correct address, mount and key; a derived key cannot be used";
}

function errorsOf({ json }: ServiceAnswer): string {
  const { errors } = json ?? {};
  return Array.isArray(errors) ? errors.map(String).join("; ") : "";
}

function dataOf({ json }: ServiceAnswer): Readonly<Record<string, unknown>> {
  return (json?.["data"] ?? {}) as Record<string, unknown>;
}
