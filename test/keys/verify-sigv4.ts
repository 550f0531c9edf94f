import { createHash, createHmac } from "node:crypto";
import type { HttpRequest } from "./loopback-server.ts";

export interface SigningSecret {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Says what is wrong with a request's signature, or nothing. Written from the document, independently of the library
 * that signs: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function verifySigV4(request: HttpRequest, secret: SigningSecret): string | undefined {
  const header = request.headers.authorization ?? "";
  const [, credential = "", names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header) ??
    [];
  if (signature === undefined) return "MissingAuthenticationTokenException";
  const { accessKeyId, region, service } = secret;
  const time = String(request.headers["x-amz-date"]);
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  if (credential !== `${accessKeyId}/${scope}`) return "UnrecognizedClientException";
  const signed = names.split(";");
  const needed = ["host", ...Object.keys(request.headers).filter((name) => name.startsWith("x-amz-"))];
  if (needed.some((name) => !signed.includes(name))) return "InvalidSignatureException";
  const canonical = [
    request.method,
    ...pathAndQuery(request.path),
    ...signed.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, " ")}`),
    "",
    names,
    sha256(request.body),
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  return hmac(signingKey(secret, time), text).toString("hex") === signature
    ? undefined
    : "InvalidSignatureException";
}

function pathAndQuery(path: string): [string, string] {
  const [before = "", query = ""] = path.split("?");
  return [before, query.split("&").sort().join("&")];
}

function signingKey({ secretAccessKey, region, service }: SigningSecret, time: string): Buffer {
  const day = hmac(Buffer.from(`AWS4${secretAccessKey}`), time.slice(0, 8));
  return hmac(hmac(hmac(day, region), service), "aws4_request");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
