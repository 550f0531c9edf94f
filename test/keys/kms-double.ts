import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type HttpAnswer, type HttpRequest, LoopbackServer } from "./loopback-server.ts";
import { verifySigV4 } from "./verify-sigv4.ts";

/** How long AWS accepts a signature, before and after its time. */
const SKEW_MS = 5 * 60_000;

/**
 * A double of AWS KMS: Encrypt and Decrypt of symmetric keys in JSON 1.1 as its API reference describes them, with the
 * encryption context authenticated, and every signature verified.
 */
export class KmsDouble {
  #server!: LoopbackServer;
  readonly region = "eu-central-1";
  readonly accessKeyId: string = `AKIA${randomBytes(8).toString("hex").toUpperCase()}`;
  readonly secretAccessKey: string = randomBytes(30).toString("base64");
  /** What temporary credentials come with. */
  readonly sessionToken: string | undefined;
  readonly #keys = new Map<string, { secret: Buffer; isEnabled: boolean }>();
  failures = 0;

  private constructor(sessionToken?: string) {
    this.sessionToken = sessionToken;
  }

  static async start(sessionToken?: string): Promise<KmsDouble> {
    const double = new KmsDouble(sessionToken);
    double.#server = await LoopbackServer.start((request) => double.#answer(request));
    return double;
  }

  get endpoint(): string {
    return this.#server.url;
  }

  get requests(): readonly HttpRequest[] {
    return this.#server.requests;
  }

  createKey(id: string): void {
    this.#keys.set(id, { isEnabled: true, secret: randomBytes(32) });
  }

  setEnabled(id: string, isEnabled: boolean): void {
    const key = this.#keys.get(id);
    if (key !== undefined) key.isEnabled = isEnabled;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  #answer(request: HttpRequest): HttpAnswer {
    if (this.failures > 0) {
      this.failures -= 1;
      return fail("KMSInternalException", "try again", 500);
    }
    const { accessKeyId, region, secretAccessKey, sessionToken } = this;
    const problem = verifySigV4(request, { accessKeyId, region, secretAccessKey, service: "kms" });
    if (problem !== undefined) return fail(problem, "The security token included in the request is invalid.");
    if (request.headers["x-amz-security-token"] !== sessionToken)
      return fail("UnrecognizedClientException", "The security token included in the request is invalid.");
    if (Math.abs(Date.now() - signedAtMs(String(request.headers["x-amz-date"]))) > SKEW_MS)
      return fail("InvalidSignatureException", "Signature expired");
    if (request.headers["content-type"] !== "application/x-amz-json-1.1")
      return fail("UnknownOperationException");
    return this.#carryOut(request);
  }

  #carryOut({ body, headers }: HttpRequest): HttpAnswer {
    const given = JSON.parse(body) as Record<string, string> & { EncryptionContext?: Record<string, string> };
    const { CiphertextBlob = "", EncryptionContext = {}, KeyId = "", Plaintext = "" } = given;
    const key = this.#keys.get(KeyId);
    if (key === undefined) return fail("NotFoundException", `Key '${KeyId}' does not exist`);
    if (!key.isEnabled) return fail("DisabledException", `${KeyId} is disabled.`);
    const context = Buffer.from(JSON.stringify(Object.entries(EncryptionContext).sort()));
    const target = headers["x-amz-target"];
    if (target === "TrentService.Encrypt") {
      const blob = encrypt(key.secret, context, Buffer.from(Plaintext, "base64"));
      return { json: { CiphertextBlob: blob.toString("base64"), KeyId }, status: 200 };
    }
    if (target !== "TrentService.Decrypt") return fail("UnknownOperationException");
    try {
      const plain = decrypt(key.secret, context, Buffer.from(CiphertextBlob, "base64"));
      return { json: { KeyId, Plaintext: plain.toString("base64") }, status: 200 };
    } catch {
      return fail("InvalidCiphertextException");
    }
  }
}

function encrypt(secret: Buffer, context: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", secret, nonce);
  cipher.setAAD(context);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(secret: Buffer, context: Buffer, blob: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", secret, blob.subarray(0, 12));
  decipher.setAAD(context);
  decipher.setAuthTag(blob.subarray(-16));
  return Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]);
}

/** `20150830T123600Z` */
function signedAtMs(text: string): number {
  return Date.parse(text.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
}

function fail(type: string, message?: string, status = 400): HttpAnswer {
  return { json: { __type: type, ...(message && { message }) }, status };
}
