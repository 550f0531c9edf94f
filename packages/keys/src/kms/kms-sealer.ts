import { type KeySealer, LedgerError } from "@custody/ledger";
import { AwsV4Signer } from "aws4fetch";
import {
  askService,
  type Fetch,
  plain,
  type Service,
  type ServiceAnswer,
  unavailable,
} from "../http/ask-service.ts";
import { keyFromBase64, sealedMalformed } from "../sealed-key.ts";

interface KmsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A symmetric key of AWS KMS. https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export interface KmsOptions {
  /** Its id, its ARN, or an alias of it. */
  readonly key: string;
  readonly region: string;
  /** In the place of `https://kms.<region>.amazonaws.com`: a VPC endpoint, or FIPS. */
  readonly endpoint?: string | undefined;
  /** Asked for each time: temporary ones are renewed. */
  readonly credentials: () => Promise<KmsCredentials>;
  readonly fetch: Fetch;
}

/**
 * Seals with a key that never leaves KMS. The context goes into the encryption context, under `ledger`: KMS
 * authenticates it, and CloudTrail shows it. What is sealed is the CiphertextBlob in base64.
 */
export function kmsSealer(options: KmsOptions): KeySealer {
  const { endpoint, key, region } = options;
  const where = endpoint === undefined ? "" : ` at ${new URL(endpoint).host}`;
  const description = `aws kms ${key} in ${region}${where}`;
  const ask = async (action: "Encrypt" | "Decrypt", body: Record<string, unknown>, context: string) => {
    const credentials = await options.credentials();
    const { secretAccessKey, sessionToken = "" } = credentials;
    const service = { fetch: options.fetch, name: description, secrets: [secretAccessKey, sessionToken] };
    const text = JSON.stringify({ ...body, EncryptionContext: { ledger: context }, KeyId: key });
    return { answer: await askService(service, () => sign(options, credentials, action, text)), service };
  };
  return {
    description,
    async seal(secret, context) {
      const Plaintext = Buffer.from(secret).toString("base64");
      const { answer, service } = await ask("Encrypt", { Plaintext }, context);
      const blob = answer.json?.["CiphertextBlob"];
      if (answer.status === 200 && isSealed(blob)) return blob;
      throw refusal({ ...service, secrets: [...service.secrets, Plaintext] }, answer);
    },
    async unseal(sealed, context) {
      if (!isSealed(sealed)) throw sealedMalformed("it was not sealed by AWS KMS, or is damaged");
      const { answer, service } = await ask("Decrypt", { CiphertextBlob: sealed }, context);
      const plaintext = answer.json?.["Plaintext"];
      if (answer.status === 200 && typeof plaintext === "string") return keyFromBase64(plaintext, "AWS KMS");
      throw ABOUT_CIPHERTEXT.includes(errorOf(answer).type) ? wrong(service) : refusal(service, answer);
    },
  };
}

/** What KMS says of a ciphertext that was changed, is for another context, or is another key's. */
const ABOUT_CIPHERTEXT = ["InvalidCiphertextException", "IncorrectKeyException"];

async function sign(
  { endpoint, region }: KmsOptions,
  { accessKeyId, secretAccessKey, sessionToken }: KmsCredentials,
  action: string,
  body: string,
): Promise<{ url: string; headers: Record<string, string>; body: string }> {
  const signer = new AwsV4Signer({
    accessKeyId,
    body,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${action}` },
    method: "POST",
    region,
    secretAccessKey,
    service: "kms",
    url: endpoint ?? `https://kms.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`,
    ...(sessionToken ? { sessionToken } : undefined),
  });
  const { headers, url } = await signer.sign();
  return { body, headers: Object.fromEntries(headers), url: url.href };
}

/** Base64, and neither of the two other texts that a key can be sealed in. */
function isSealed(text: unknown): text is string {
  const isBase64 =
    typeof text === "string" && /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  return isBase64 && text.length <= 8192 && !Buffer.from(text, "base64").subarray(0, 18).equals(AGE);
}

const AGE = Buffer.from("age-encryption.org");

function wrong({ name }: Service): LedgerError {
  return new LedgerError(
    "MASTER_KEY_WRONG",
    `${name} does not open keys/sealed — it may have been sealed with another key, for another ledger, or be damaged`,
  );
}

function refusal(service: Service, answer: ServiceAnswer): LedgerError {
  const { message, type } = errorOf(answer);
  const what = [`it answers ${answer.status}`, type, message].filter(Boolean).join(" ");
  return unavailable(service, plain(what, service.secrets), adviceFor(answer.status, type));
}

function adviceFor(status: number, type: string): string {
  if (/^(AccessDenied|NotAuthorized)/.test(type)) return "allow kms:Encrypt and kms:Decrypt on this key";
  if (
    /^(UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|ExpiredToken|InvalidClientTokenId)/.test(
      type,
    )
  )
    return "correct or renew the credentials, and see that the clock is right";
  if (/^(Disabled|KMSInvalidState|KeyUnavailable)/.test(type))
    return "enable the key, or cancel its deletion";
  if (type.startsWith("NotFound")) return "correct key and region";
  if (type.startsWith("Throttling")) return "try again in a minute";
  return status >= 500 ? "try again in a minute" : "correct key, region and endpoint";
}

function errorOf({ json = {} }: ServiceAnswer): { type: string; message: string } {
  const { __type: type = "", message, Message } = json as Record<string, unknown>;
  const name = String(type).split("#").pop() as string;
  return { message: String(message ?? Message ?? ""), type: name };
}
