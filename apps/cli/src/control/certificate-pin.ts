import { createHash, X509Certificate } from "node:crypto";

/** SHA-256 of the first certificate in a text in PEM, in lower-case hexadecimal: what `server.json` has of it. */
export function certificatePin(pem: string): string {
  return pinOf(new X509Certificate(pem));
}

export function pinOf(certificate: X509Certificate): string {
  return createHash("sha256").update(certificate.raw).digest("hex");
}
